"""Lists: cursor pages, stable while rows are added, at a constant cost."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.cards import cards as person_cards
from accounts.models import User
from api import redis as redis_roles
from media.models import Media
from posts import actions
from posts.cards import cards as post_cards
from posts.models import Collection, CollectionItem, Comment, Post, Reaction, Save, Tag, TrendingTag
from tests.support import factories

pytestmark = pytest.mark.django_db


def fill(alice, bob, count):
    """`count` rows for every list there is, each with all that a post can have."""
    for _ in range(count):
        fan = factories.person(avatar=factories.media(alice))
        post = factories.post(fan, photos=2, place="Galata")
        for row in (shared(alice, bob), shared(alice, bob)):
            Save.objects.create(post=row, user=alice)
        actions.archive(post=shared(alice, bob))
        shared(alice, bob, draft=True)
        actions.delete(post=shared(alice, bob))
        actions.take_down(post_id=factories.post(alice, photos=2).pk)
        Reaction.objects.create(post=Post.objects.filter(author=alice).earliest("pk"), user=fan, kind="like")
        kept = Save.objects.create(post=post, user=alice)
        shelf = Collection.objects.filter(owner=alice).first() or factories.collection(alice, [], "shelf")
        CollectionItem.objects.create(collection=shelf, saved=kept)
        factories.collection(alice, [post, shared(alice, bob)], f"shelf {post.pk}")
        thread = Comment.objects.filter(parent=None).first() or comment_on(alice, fan)
        comment_on(alice, fan)
        comment_on(alice, fan, parent=thread, reply_to=thread)
        actions.follow_tag(user=alice, tag=factories.tagged(post, f"tag{post.pk}").tag)
        factories.place(f"place {post.pk}").posts.set([shared(alice, bob)])
    ids = Tag.objects.values_list("pk", flat=True)
    TrendingTag.objects.all().delete()
    numbers = {"people_count": 2, "posts_count": 2, "window_hours": 24, "computed_at": timezone.now()}
    TrendingTag.objects.bulk_create([TrendingTag(tag_id=tag, rank=rank, **numbers) for rank, tag in enumerate(ids)])


def shared(alice, bob, **fields):
    media = [factories.media(alice).pk for _ in range(2)]
    at = {"media_latitude": Decimal("41.02"), "media_longitude": Decimal("28.97")}
    return actions.publish(
        author=alice, media_ids=media, caption=f"#a #b @{bob.username}", place="Galata", **at, **fields
    )


def comment_on(alice, author, **fields):
    return factories.comment(Post.objects.filter(author=alice).earliest("pk"), author, **fields)


def addresses(alice):
    first, thread = Post.objects.filter(author=alice).earliest("pk"), Comment.objects.filter(parent=None).earliest("pk")
    return {
        "own": "/v1/posts",
        "posts": "/v1/users/alice/posts",
        "saved": "/v1/me/saved",
        "collections": "/v1/me/collections",
        "collection": f"/v1/me/collections/{Collection.objects.earliest('pk').pk}/posts",
        "drafts": "/v1/me/drafts",
        "archive": "/v1/me/archive",
        "trash": "/v1/me/trash",
        "removed": "/v1/me/removed",
        "likes": f"/v1/posts/{first.pk}/likes",
        "comments": f"/v1/posts/{first.pk}/comments",
        "tag": "/v1/tags/a/posts",
        "top": "/v1/tags/a/posts?sort=top",
        "tags": "/v1/me/tags",
        "posts of tags": "/v1/me/tags/posts",
        "trending": "/v1/trending/tags",
        "place": f"/v1/places/{factories.place('Galata').pk}/posts",
        "posts near": "/v1/posts/nearby?lat=41&lon=29",
        "places near": "/v1/places/nearby?lat=41&lon=29",
        "replies": f"/v1/comments/{thread.pk}/replies",
    }


def queries_and_rows(client, address):
    """Of a request that finds no cards."""
    for cards in (person_cards, post_cards):
        cards.kept.clear()
    redis_roles.counters().flushdb()
    with CaptureQueriesContext(connection) as queries:
        rows = client.get(f"{address}{'&' if '?' in address else '?'}limit=100").json()["results"]
    return len(queries), len(rows)


def test_one_row_and_thirty_take_the_same_queries(client_for, alice, bob):
    User.objects.filter(pk=alice.pk).update(avatar=factories.media(alice))
    fill(alice, bob, 1)
    client = client_for(alice)
    few = {name: queries_and_rows(client, address) for name, address in addresses(alice).items()}
    fill(alice, bob, 29)
    many = {name: queries_and_rows(client, address) for name, address in addresses(alice).items()}
    for name, (queries, rows) in few.items():
        assert queries <= (13 if name == "own" else 10), name  # drafts are among one's own, and have no cards
        assert 1 <= rows <= 6, name
        assert many[name][0] == queries, name
        assert many[name][1] >= 30, name


def test_a_post_takes_the_same_queries_for_one_media_and_ten(client_for, alice, bob, django_assert_num_queries):
    first, *others = (factories.post(alice, photos=count) for count in (1, 1, 10))
    client_for(bob).get(f"/v1/posts/{first.pk}")
    cold = []
    for post in others:
        with CaptureQueriesContext(connection) as asked:
            answer = client_for(bob).get(f"/v1/posts/{post.pk}").json()
        cold.append((len(asked), len(answer["media"])))
        with django_assert_num_queries(3):  # look-up, post; and who asks
            assert client_for(bob).get(f"/v1/posts/{post.pk}").json() == answer
    assert [count for _, count in cold] == [1, 10]
    assert cold[0][0] == cold[1][0] <= 10  # its card is rendered


def walk(client, address):
    """The ids of all pages so far, after each page."""
    seen = []
    while address:
        page = client.get(address)
        assert page.status_code == 200
        seen += [row["id"] for row in page.json()["results"]]
        cursor = page.json()["next"]
        links = {rel: link for link, rel in re.findall(r'<(.*?)>; rel="(\w+)"', page.get("Link", ""))}
        assert (cursor is not None) == ("next" in links)
        address = links.get("next")
        yield seen


def last(pages):
    *_, seen = pages
    return seen


def test_pages_show_each_once_while_posts_are_added(client_for, alice, bob):
    posts = [factories.post(alice) for _ in range(7)]
    pages = walk(client_for(bob), "/v1/users/alice/posts?limit=3")
    next(pages)
    factories.post(alice)
    assert last(pages) == [str(post.pk) for post in reversed(posts)]


def test_pages_go_by_when_a_post_was_published_not_made(client_for, alice, bob):
    waiting = factories.post(alice, live=False)
    Media.objects.update(state="ready")
    early = factories.post(alice)
    actions.publish_when_ready(media_id=waiting.items.get().media_id)
    assert last(walk(client_for(bob), "/v1/users/alice/posts?limit=1")) == [str(waiting.pk), str(early.pk)]


def test_ones_own_posts_are_there_in_every_state_but_the_trash(client_for, alice, bob):
    published, waiting, archived, deleted, removed = (factories.post(alice, live=n != 1) for n in range(5))
    Media.objects.filter(pk=waiting.items.get().media_id).update(state="failed")
    actions.archive(post=archived)
    actions.delete(post=deleted)
    Post.objects.filter(pk=removed.pk).update(removed_at=timezone.now())
    factories.post(bob)
    rows = client_for(alice).get("/v1/posts").json()["results"]
    assert [(row["id"], row["state"]) for row in rows] == [
        (str(archived.pk), "archived"),
        (str(waiting.pk), "failed"),
        (str(published.pk), "published"),
    ]


def test_ones_own_posts_are_paged(client_for, alice, bob):
    posts = [factories.post(alice) for _ in range(5)]
    pages = walk(client_for(alice), "/v1/posts?limit=2")
    next(pages)
    factories.post(alice)
    assert last(pages) == [str(post.pk) for post in reversed(posts)]


def test_replies_are_paged_oldest_first(client_for, alice, bob):
    post = factories.post(alice)
    top = factories.comment(post, bob)
    replies = [factories.comment(post, bob, parent=top, reply_to=top) for _ in range(5)]
    assert last(walk(client_for(bob), f"/v1/comments/{top.pk}/replies?limit=2")) == [str(reply.pk) for reply in replies]


def test_saved_ones_and_likes_are_paged(client_for, alice, bob):
    posts = [factories.post(alice) for _ in range(5)]
    people = [factories.person() for _ in range(5)]
    for post, person in zip(posts, people, strict=True):
        client_for(bob).put(f"/v1/posts/{post.pk}/save")
        client_for(person).put(f"/v1/posts/{posts[0].pk}/like")
    assert last(walk(client_for(bob), "/v1/me/saved?limit=2")) == [str(post.pk) for post in reversed(posts)]
    assert last(walk(client_for(bob), f"/v1/posts/{posts[0].pk}/likes?limit=2")) == [
        str(person.pk) for person in reversed(people)
    ]


def test_a_cursor_of_another_list_is_refused(client_for, alice, bob):
    for _ in range(3):
        factories.post(alice)
        factories.post(bob)
    cursor = client_for(bob).get("/v1/users/alice/posts?limit=1").json()["next"]
    answer = client_for(bob).get(f"/v1/users/bob/posts?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


def test_the_name_in_the_address_is_read_without_case(client_for, alice, bob):
    post = factories.post(alice)
    assert [row["id"] for row in client_for(bob).get("/v1/users/ALICE/posts").json()["results"]] == [str(post.pk)]
    assert client_for(bob).get("/v1/users/nobody/posts").status_code == 404
