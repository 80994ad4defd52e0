"""Collections of one's saved posts: one's own alone, unique by name, and without what one may not see any more."""

import secrets
from functools import partial

import pytest

from accounts.models import User
from posts import tasks
from posts.limits import MAX_COLLECTIONS
from posts.models import Collection, CollectionItem, Save
from tests.support import factories
from tests.support.browsing import browser_of, token_in

pytestmark = pytest.mark.django_db
ALL = "/v1/me/collections"


@pytest.fixture
def client(client_for, bob):
    return client_for(bob)


@pytest.fixture
def posts(alice, bob):
    return [factories.post(alice) for _ in range(3)]


def made(client, name="Lakes", key=None):
    answer = client.post(ALL, {"name": name}, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"{ALL}/{answer.json()['id']}"
    return answer.json()["id"]


def put(client, shelf, post, **body):
    return client.put(f"{ALL}/{shelf}/posts/{post.pk}", body)


def shown(client, shelf, query=""):
    return [post["id"] for post in client.get(f"{ALL}/{shelf}/posts{query}").json()["results"]]


def ids(posts):
    return [str(post.pk) for post in posts]


def refused(answer, pointer, code):
    assert answer.status_code == 400, answer.content
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


def test_a_collection_is_made_read_renamed_and_deleted(client, bob):
    shelf = made(client)
    empty = {"id": shelf, "name": "Lakes", "posts_count": 0, "cover": None, "cover_post": None}
    assert empty.items() <= client.get(f"{ALL}/{shelf}").json().items()
    assert client.patch(f"{ALL}/{shelf}", {"name": "Still lakes"}).json()["name"] == "Still lakes"
    assert [row["name"] for row in client.get(ALL).json()["results"]] == ["Still lakes"]
    assert client.delete(f"{ALL}/{shelf}").status_code == 204
    assert client.delete(f"{ALL}/{shelf}").status_code == 404
    assert not Collection.objects.exists()


def test_a_post_put_into_one_is_saved_too_and_twice_is_once(client, posts):
    shelf = made(client)
    answers = [put(client, shelf, posts[0]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["posts_count"] for answer in answers] == [1, 1]
    assert shown(client, shelf) == ids(posts[:1])
    assert client.get(f"/v1/posts/{posts[0].pk}").json()["viewer"]["saved"] is True


def test_taken_out_it_stays_saved_and_unsaved_it_is_in_none(client, posts):
    shelves = [made(client, name) for name in ("Lakes", "Seas")]
    for shelf in shelves:
        put(client, shelf, posts[0])
    for _ in range(2):
        assert client.delete(f"{ALL}/{shelves[0]}/posts/{posts[0].pk}").status_code == 204
    assert (shown(client, shelves[0]), shown(client, shelves[1])) == ([], ids(posts[:1]))
    assert Save.objects.count() == 1
    assert client.delete(f"/v1/posts/{posts[0].pk}/save").status_code == 204
    assert shown(client, shelves[1]) == []
    assert not CollectionItem.objects.exists()


def test_deleting_one_keeps_the_saves(client, posts):
    shelf = made(client)
    for post in posts:
        put(client, shelf, post)
    client.delete(f"{ALL}/{shelf}")
    assert len(client.get("/v1/me/saved").json()["results"]) == 3


def test_moving_is_one_step(client, posts):
    source, target = made(client, "Lakes"), made(client, "Seas")
    put(client, source, posts[0])
    for _ in range(2):
        assert put(client, target, posts[0], from_collection=source).status_code == 200
    assert (shown(client, source), shown(client, target)) == ([], ids(posts[:1]))
    assert put(client, target, posts[0], from_collection=target).status_code == 200
    assert shown(client, target) == ids(posts[:1])


def test_a_move_out_of_anothers_collection_changes_nothing(client, charlie, posts):
    theirs, target = factories.collection(charlie, posts[:1]), made(client)
    refused(put(client, target, posts[0], from_collection=str(theirs.pk)), "/from_collection", "not_found")
    assert not Save.objects.exclude(user=charlie).exists()
    assert CollectionItem.objects.filter(collection=theirs).count() == 1


def test_nobody_else_reads_or_changes_it(client_for, alice, charlie, mallory, posts, client):
    shelf = made(client)
    put(client, shelf, posts[0])
    for other in (alice, charlie, mallory):
        theirs = client_for(other)
        assert theirs.get(ALL).json()["results"] == []
        asked = [
            theirs.get(f"{ALL}/{shelf}"),
            theirs.patch(f"{ALL}/{shelf}", {"name": "x"}),
            theirs.delete(f"{ALL}/{shelf}"),
            theirs.get(f"{ALL}/{shelf}/posts"),
            theirs.put(f"{ALL}/{shelf}/posts/{posts[0].pk}"),
            theirs.put(f"{ALL}/{shelf}/posts/order", {"ids": ids(posts)}),
        ]
        assert [answer.status_code for answer in asked] == [404] * 6
        assert len({answer.content for answer in asked}) == 1
        assert theirs.delete(f"{ALL}/{shelf}/posts/{posts[0].pk}").status_code == 204
        assert theirs.put(f"{ALL}/order", {"ids": [shelf]}).json() == {"ids": []}
    assert shown(client, shelf) == ids(posts[:1])


@pytest.mark.parametrize("name", ["lakes", " LAKES ", "Lakés", "ｌａｋｅｓ"])
def test_one_name_is_one_collection(client, client_for, charlie, name):
    made(client)
    refused(client.post(ALL, {"name": name}), "/name", "unique")
    other = made(client, "Seas")
    refused(client.patch(f"{ALL}/{other}", {"name": name}), "/name", "unique")
    made(client_for(charlie), name)


def test_a_name_may_change_its_own_case(client):
    shelf = made(client)
    assert client.patch(f"{ALL}/{shelf}", {"name": "LAKES"}).json()["name"] == "LAKES"


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "blank"), ("\u200b", "blank"), ("x" * 51, "max_length"), ("ﷺ" * 20, "max_length"), ("a\nb", "control"),
     (["x"], "invalid"), (None, "null")],
)  # fmt: skip
def test_a_bad_name_is_named(client, name, code):
    refused(client.post(ALL, {"name": name}), "/name", code)
    shelf = made(client)
    refused(client.patch(f"{ALL}/{shelf}", {"name": name}), "/name", code)


def test_names_of_marks_alone_are_told_apart(client):
    made(client, "🏻")
    made(client, "🏿")
    assert Collection.objects.count() == 2


def test_a_retried_collection_is_the_first_one(client):
    assert made(client, key="k") == made(client, key="k")
    answer = client.post(ALL, {"name": "Seas"}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    Collection.objects.update(created_at="2026-01-02T00:00:00Z")
    assert tasks.prune_keys() == 1


def test_there_is_a_most_and_clients_are_told(client, client_for, bob, charlie):
    told = client.get("/v1/instance").json()["limits"]
    assert (told["collections"], told["collection_name"]) == (MAX_COLLECTIONS, 50)
    for number in range(MAX_COLLECTIONS):
        factories.collection(bob, [], f"shelf {number}")
    answer = client.post(ALL, {"name": "one more"})
    assert (answer.status_code, answer.json()["code"]) == (409, "collection_cap")
    made(client_for(charlie))


def test_the_cover_is_the_chosen_one_or_the_first(client, posts):
    shelf = made(client)
    for post in posts:
        put(client, shelf, post)
    media = [str(post.items.get().media_id) for post in posts]

    def cover():
        (row,) = client.get(ALL).json()["results"]
        assert row == client.get(f"{ALL}/{shelf}").json()
        return row["cover"]["id"], row["cover_post"]

    assert cover() == (media[2], None)
    client.patch(f"{ALL}/{shelf}", {"cover_post": str(posts[0].pk)})
    client.patch(f"{ALL}/{shelf}", {"cover_post": str(posts[1].pk)})
    assert cover() == (media[1], str(posts[1].pk))
    client.patch(f"{ALL}/{shelf}", {"cover_post": None})
    assert cover() == (media[2], None)
    client.patch(f"{ALL}/{shelf}", {"cover_post": str(posts[0].pk)})
    client.delete(f"/v1/posts/{posts[0].pk}/save")
    assert cover() == (media[2], None)


def test_what_is_in_no_collection_is_no_cover(client, posts):
    shelf = made(client)
    put(client, shelf, posts[0])
    for other in (str(posts[1].pk), "1"):
        refused(client.patch(f"{ALL}/{shelf}", {"cover_post": other}), "/cover_post", "not_found")


def test_what_is_hidden_leaves_no_trace_and_comes_back(client, client_for, alice, bob, charlie, posts):
    """Neither in the count nor on the cover nor in a page or its cursor; and it cannot be chosen, put or ordered."""
    hidden = factories.post(charlie)
    shelf = made(client)
    for post in (*posts, hidden):
        put(client, shelf, post)
    client.patch(f"{ALL}/{shelf}", {"cover_post": str(hidden.pk)})
    before = client.get(ALL).json()["results"][0]
    User.objects.filter(pk=charlie.pk).update(is_private=True)
    row = client.get(ALL).json()["results"][0]
    assert (row["posts_count"], row["cover_post"]) == (3, None)
    assert row["cover"]["id"] == str(posts[2].items.get().media_id)
    assert shown(client, shelf, "?limit=3") == ids(reversed(posts))
    assert client.get(f"{ALL}/{shelf}/posts?limit=3").json()["next"] is None
    assert client.get(f"{ALL}?post={hidden.pk}").json()["results"] == []
    assert client.put(f"{ALL}/{shelf}/posts/order", {"ids": ids([hidden])}).json() == {"ids": []}
    refused(client.patch(f"{ALL}/{shelf}", {"cover_post": str(hidden.pk)}), "/cover_post", "not_found")
    assert put(client, shelf, hidden).status_code == 404
    User.objects.filter(pk=charlie.pk).update(is_private=False)
    after = client.get(ALL).json()["results"][0]
    assert (after["posts_count"], after["cover_post"]) == (before["posts_count"], str(hidden.pk))


def test_a_hidden_one_can_be_taken_out(client, alice, bob, posts):
    shelf = made(client)
    put(client, shelf, posts[0])
    factories.block(alice, bob)
    assert client.delete(f"{ALL}/{shelf}/posts/{posts[0].pk}").status_code == 204
    assert not CollectionItem.objects.exists()


def test_the_owner_orders_collections_and_posts(client, posts):
    shelves = [made(client, name) for name in ("a", "b", "c")]
    assert [row["name"] for row in client.get(ALL).json()["results"]] == ["c", "b", "a"]
    assert client.put(f"{ALL}/order", {"ids": [shelves[0], "1"]}).json() == {"ids": [shelves[0]]}
    assert [row["name"] for row in client.get(ALL).json()["results"]] == ["a", "c", "b"]
    for post in posts:
        put(client, shelves[0], post)
    answer = client.put(f"{ALL}/{shelves[0]}/posts/order", {"ids": ids([posts[0], posts[2]])})
    assert answer.json() == {"ids": ids([posts[0], posts[2]])}
    assert shown(client, shelves[0]) == ids([posts[0], posts[2], posts[1]])
    refused(client.put(f"{ALL}/order", {"ids": shelves[:1] * 2}), "/ids", "duplicate")
    refused(client.put(f"{ALL}/order", {"ids": ["1"] * 101}), "/ids", "max_length")


def test_pages_show_each_once_while_posts_are_added(client, alice, posts):
    shelf = made(client)
    for post in posts:
        put(client, shelf, post)
    first = client.get(f"{ALL}/{shelf}/posts?limit=2").json()
    later = factories.post(alice)
    put(client, shelf, later)
    assert [post["id"] for post in first["results"]] == ids([posts[2], posts[1]])
    assert shown(client, shelf, f"?limit=2&cursor={first['next']}") == ids(posts[:1])
    assert shown(client, shelf, f"?limit=2&cursor={first['previous']}") == ids([later])


def test_it_is_said_which_hold_a_post(client, posts):
    holding, other = made(client, "a"), made(client, "b")
    put(client, holding, posts[0])
    put(client, other, posts[1])
    assert [row["id"] for row in client.get(f"{ALL}?post={posts[0].pk}").json()["results"]] == [holding]
    refused(client.get(f"{ALL}?post=x"), "/post", "invalid")


@pytest.mark.parametrize("path", ["{0}", "{0}/posts", "{0}/posts/order", "{1}/posts/{0}"])
def test_no_such_id_is_a_404(client, path):
    shelf = made(client)
    method = client.put if "order" in path or "{1}" in path else client.get
    for number in ("0", f"{2**63 - 1}", "9" * 30, "abc"):
        answer = method(f"{ALL}/{path.format(number, shelf)}", {"ids": []} if "order" in path else None)
        assert answer.status_code == 404, (number, answer.content)


def test_the_forms_of_the_browsable_api_work(bob, posts):
    browser = browser_of(bob)
    page = browser.get(ALL)
    answer = browser.post(ALL, {"csrfmiddlewaretoken": token_in(page), "name": "typed"})
    assert answer.status_code == 201, answer.content.decode()
    shelf = Collection.objects.get()
    factories.collection(bob, posts[:1], "other")
    page = browser.get(f"{ALL}/{shelf.pk}").content.decode()
    assert 'name="cover_post"' in page
    assert "typed" in page


def named(bob, client, posts):
    return [partial(client.post, ALL, {"name": "Lakes"})] * 8


def keyed(bob, client, posts):
    return [partial(client.post, ALL, {"name": "Lakes"}, headers={"Idempotency-Key": "k"})] * 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("calls", "statuses"), [(named, {201: 1, 400: 7}), (keyed, {201: 8})])
def test_eight_at_once_make_one(client, bob, posts, run_concurrently, calls, statuses):
    answers = run_concurrently(calls(bob, client, posts))
    found = [answer.status_code for answer in answers]
    assert {status: found.count(status) for status in set(found)} == statuses
    assert Collection.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_put_taken_out_saved_and_unsaved_at_once_is_no_error_of_ours(client, bob, posts, run_concurrently):
    """Whatever comes last, what is in a collection is saved."""
    shelf, other = made(client, "a"), made(client, "b")
    post = posts[0]
    calls = [
        partial(put, client, shelf, post),
        partial(put, client, other, post, from_collection=shelf),
        partial(client.delete, f"/v1/posts/{post.pk}/save"),
        partial(client.put, f"/v1/posts/{post.pk}/save"),
        partial(client.delete, f"{ALL}/{shelf}/posts/{post.pk}"),
        partial(client.patch, f"{ALL}/{shelf}", {"name": secrets.token_hex(4)}),
        partial(client.put, f"{ALL}/order", {"ids": [other, shelf]}),
        partial(client.delete, f"{ALL}/{other}"),
    ]
    answers = run_concurrently(calls)
    assert {answer.status_code for answer in answers} <= {200, 204, 404}
    assert CollectionItem.objects.exclude(saved__user=bob).count() == 0
    assert CollectionItem.objects.filter(saved__post=post).count() <= Save.objects.count()


@pytest.mark.django_db(transaction=True)
def test_eight_puts_at_once_are_one(client, posts, run_concurrently):
    shelf = made(client)
    answers = run_concurrently([partial(put, client, shelf, posts[0]) for _ in range(8)])
    assert [answer.status_code for answer in answers] == [200] * 8
    assert (Save.objects.count(), CollectionItem.objects.count()) == (1, 1)
