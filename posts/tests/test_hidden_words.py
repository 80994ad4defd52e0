"""Words that somebody does not want to read: comments with them are there for their writers, and for nobody else."""

from functools import partial

import pytest

from notifications.models import Cause
from posts.hidden_words import has_any
from posts.models import Comment, HiddenWords, Post
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client_for, alice):
    client_for(alice).put("/v1/me/hidden-words", {"words": ["Spoiler", "who asked"]})
    return factories.post(alice)


@pytest.fixture
def say(client_for, post):
    def run(person, text, **more):
        answer = client_for(person).post(f"/v1/posts/{post.pk}/comments", {"text": text, **more})
        assert answer.status_code == 201, answer.json()
        return answer.json()

    return run


def texts(client, post):
    return [row["text"] for row in client.get(f"/v1/posts/{post.pk}/comments").json()["results"]]


def waiting(client):
    return [row["text"] for row in client.get("/v1/me/hidden-comments").json()["results"]]


def count_of(post):
    return Post.objects.get(pk=post.pk).comments_count


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("SPOÍLER!", "spoiler", True),
        ("no spoilers", "spoiler", False),
        ("aspoiler", "spoiler", False),
        ("spoilers, spoiler", "spoiler", True),
        ("#spoiler", "spoiler", True),
        ("spoiler_alert", "spoiler", True),
        ("ｓｐｏｉｌｅｒ", "spoiler", True),
        ("spo\u200biler", "spoiler", True),
        ("Who  asked?", "who asked", True),
        ("İSTANBUL", "istanbul", True),
        ("剧透了", "剧透", True),
        ("ha🤡ha", "🤡", True),
        ("👍🏽", "👍", True),
        ("class", "ass", False),
    ],
)
def test_words_are_compared_as_search_does(text, word, found):
    assert has_any(text, [word]) is found


def test_its_writer_alone_sees_it_and_the_posts_author_in_a_list(client_for, alice, bob, charlie, post, say):
    plain, hidden = say(charlie, "plain"), say(bob, "A SPÓILER!")
    assert (hidden["hidden"], hidden["removed"]) == (False, False)
    assert client_for(bob).get(f"/v1/comments/{hidden['id']}").json() == hidden
    assert texts(client_for(bob), post) == ["A SPÓILER!", "plain"]
    assert texts(client_for(charlie), post) == texts(client_for(alice), post) == ["plain"]
    assert (waiting(client_for(alice)), waiting(client_for(bob)), waiting(client_for(charlie))) == (
        ["A SPÓILER!"], [], [],
    )  # fmt: skip
    assert client_for(alice).get(f"/v1/comments/{hidden['id']}").json()["hidden"] is True
    assert count_of(post) == 1
    for method, path in (("get", ""), ("get", "/replies"), ("get", "/likes"), ("put", "/like"), ("post", "/approve"),
                         ("put", "/pin"), ("delete", ""), ("patch", "")):  # fmt: skip
        absent = getattr(client_for(charlie), method)(f"/v1/comments/4711{path}")
        answer = getattr(client_for(charlie), method)(f"/v1/comments/{hidden['id']}{path}")
        assert (answer.status_code, answer.content) == (absent.status_code, absent.content)
        assert answer.status_code == 404
    body = {"text": "x", "reply_to": hidden["id"]}
    assert client_for(charlie).post(f"/v1/posts/{post.pk}/comments", body).status_code == 400
    drain()
    assert list(Cause.objects.values_list("actor__username", flat=True)) == ["charlie"]
    assert plain["id"] != hidden["id"]


def test_one_that_is_approved_is_seen_counts_and_tells(client_for, alice, bob, charlie, post, say):
    hidden = say(bob, "spoiler for @charlie")
    for person, status in ((bob, 403), (charlie, 404)):
        assert client_for(person).post(f"/v1/comments/{hidden['id']}/approve").status_code == status
    for _ in range(2):
        answer = client_for(alice).post(f"/v1/comments/{hidden['id']}/approve")
        assert (answer.status_code, answer.json()["hidden"]) == (200, False)
    assert texts(client_for(charlie), post) == ["spoiler for @charlie"]
    assert (waiting(client_for(alice)), count_of(post)) == ([], 1)
    drain()
    told = Cause.objects.values_list("notification__recipient__username", "notification__kind")
    assert set(told) == {("alice", "comment"), ("charlie", "mention")}
    assert client_for(charlie).post(f"/v1/comments/{hidden['id']}/approve").status_code == 403


def test_both_may_delete_it_and_nothing_is_counted(client_for, alice, bob, post, say):
    for person in (alice, bob):
        number = say(bob, "spoiler")["id"]
        assert client_for(person).delete(f"/v1/comments/{number}").status_code == 204
    assert (waiting(client_for(alice)), count_of(post)) == ([], 0)


def test_the_posts_author_writes_what_they_like(client_for, alice, bob, post, say):
    say(alice, "spoiler")
    assert texts(client_for(bob), post) == ["spoiler"]


def test_the_list_is_of_what_is_written_from_now_on(client_for, alice, bob, post, say):
    say(bob, "later hidden")
    say(bob, "spoiler")
    client_for(alice).put("/v1/me/hidden-words", {"words": ["later"]})
    assert (texts(client_for(alice), post), waiting(client_for(alice))) == (["later hidden"], ["spoiler"])


def test_an_edit_is_judged_anew(client_for, alice, bob, charlie, post, say):
    number = say(bob, "fine")["id"]
    client_for(alice).put(f"/v1/comments/{number}/pin")
    path = f"/v1/comments/{number}"
    assert client_for(bob).patch(path, {"text": "spoiler"}).json()["hidden"] is False
    assert (texts(client_for(charlie), post), count_of(post)) == ([], 0)
    assert Comment.objects.get(pk=number).pinned_at is None
    assert client_for(bob).patch(path, {"text": "fine again"}).status_code == 200
    assert (texts(client_for(charlie), post), count_of(post)) == (["fine again"], 1)
    drain()
    assert Cause.objects.count() == 1


def test_hidden_by_an_edit_it_keeps_the_place_of_its_replies(client_for, alice, bob, charlie, post, say):
    number = say(bob, "fine")["id"]
    say(charlie, "reply", reply_to=number)
    client_for(bob).patch(f"/v1/comments/{number}", {"text": "spoiler"})
    shown = {person: client_for(person).get(f"/v1/posts/{post.pk}/comments").json()["results"][0]
             for person in (alice, bob, charlie)}  # fmt: skip
    assert [(row["text"], row["removed"], row["hidden"]) for row in shown.values()] == [
        ("spoiler", False, True), ("spoiler", False, False), ("", True, False),
    ]  # fmt: skip
    assert count_of(post) == 1
    assert client_for(alice).put(f"/v1/comments/{number}/pin").status_code == 404


def test_a_reply_under_a_hidden_comment_is_hidden_and_approved_with_it(client_for, alice, bob, charlie, post, say):
    top = say(bob, "spoiler")["id"]
    reply = say(bob, "sorry", reply_to=top)["id"]
    assert client_for(bob).get(f"/v1/comments/{reply}").json()["reply_to"] == top
    assert waiting(client_for(alice)) == ["sorry", "spoiler"]
    assert client_for(charlie).get(f"/v1/comments/{reply}").status_code == 404
    client_for(alice).post(f"/v1/comments/{reply}/approve")
    assert (texts(client_for(charlie), post), waiting(client_for(alice)), count_of(post)) == (["spoiler"], [], 2)
    assert client_for(charlie).get(f"/v1/comments/{top}").json()["replies_count"] == 1


def test_the_list_is_bounded_and_each_word_is_there_once(client_for, alice):
    client, path = client_for(alice), "/v1/me/hidden-words"
    assert client.get(path).json() == {"words": []}
    assert client.put(path, {"words": ["Café", "cafe", "x y"]}).json() == {"words": ["Café", "x y"]}
    for words in (["x"] * 101, ["x" * 51], [""], ["\u00ad"], "x", [["x"]]):
        answer = client.put(path, {"words": words})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), words
    assert client.get(path).json() == {"words": ["Café", "x y"]}
    assert client.put(path, {"words": []}).json() == {"words": []}


def test_the_list_of_hidden_ones_leaves_out_who_is_away(client_for, alice, bob, post, say):
    say(bob, "spoiler")
    type(bob).objects.filter(pk=bob.pk).update(suspended_at="2026-11-01T00:00:00Z")
    assert waiting(client_for(alice)) == []


@pytest.mark.django_db(transaction=True)
def test_approving_editing_and_deleting_at_once_count_right(client_for, alice, bob, post, say, run_concurrently):
    numbers = [say(bob, f"spoiler {place}")["id"] for place in range(2)]
    calls = [partial(client_for(alice).post, f"/v1/comments/{numbers[0]}/approve") for _ in range(8)]
    assert {answer.status_code for answer in run_concurrently(calls)} == {200}
    assert count_of(post) == 1
    calls = [partial(client_for(bob).patch, f"/v1/comments/{pk}", {"text": f"{word} {place}"})
             for place in range(2) for pk in numbers for word in ("spoiler", "fine")]  # fmt: skip
    calls += [partial(client_for(alice).post, f"/v1/comments/{pk}/approve") for pk in numbers]
    calls += [partial(client_for(bob).delete, f"/v1/comments/{numbers[1]}")]
    assert {answer.status_code for answer in run_concurrently(calls)} <= {200, 204, 404}
    assert count_of(post) == Comment.objects.live().filter(post=post).count()


@pytest.mark.django_db(transaction=True)
def test_eight_lists_at_once_are_one_of_them(client_for, alice, run_concurrently):
    path = "/v1/me/hidden-words"
    lists = [[f"word{number}", "both"] for number in range(8)]
    answers = run_concurrently([partial(client_for(alice).put, path, {"words": words}) for words in lists])
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json()["words"] in lists for answer in answers)
    (row,) = HiddenWords.objects.all()
    assert (row.person_id, row.words in lists) == (alice.pk, True)
    same = run_concurrently([partial(client_for(alice).put, path, {"words": ["one"]}) for _ in range(8)])
    assert [answer.json() for answer in same] == [{"words": ["one"]}] * 8
    assert list(HiddenWords.objects.values_list("words", flat=True)) == [["one"]]
