"""Comments are edited by their authors for a quarter of an hour; whom they name goes with their words."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from posts.models import Comment, CommentMention
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(alice):
    return factories.post(alice)


@pytest.fixture
def say(client_for, post):
    def run(person, text):
        return client_for(person).post(f"/v1/posts/{post.pk}/comments", {"text": text}).json()

    return run


def test_its_author_edits_it_and_it_is_marked(client_for, bob, charlie, post, say):
    said = say(bob, "What a ligth!")
    answer = client_for(bob).patch(f"/v1/comments/{said['id']}", {"text": "What a light!"})
    assert answer.status_code == 200
    assert answer.json() == {**said, "text": "What a light!", "edited": True}
    assert client_for(charlie).get(f"/v1/posts/{post.pk}/comments").json()["results"] == [answer.json()]


def test_the_same_words_again_are_no_edit(client_for, bob, say):
    said = say(bob, "What a light!")
    assert client_for(bob).patch(f"/v1/comments/{said['id']}", {"text": "What a light!"}).json() == said


def test_a_quarter_of_an_hour_later_it_is_too_late(client_for, bob, say):
    number = say(bob, "first")["id"]
    written = timezone.now() - timedelta(minutes=15)
    Comment.objects.filter(pk=number).update(created_at=written + timedelta(seconds=5))
    assert client_for(bob).patch(f"/v1/comments/{number}", {"text": "second"}).status_code == 200
    Comment.objects.filter(pk=number).update(created_at=written)
    answer = client_for(bob).patch(f"/v1/comments/{number}", {"text": "third"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_late")
    assert Comment.objects.get(pk=number).text == "second"


def test_nobody_else_edits_it(client_for, alice, bob, charlie, mallory, say):
    number = say(bob, "mine")["id"]
    for person, status in ((alice, 403), (charlie, 403), (mallory, 404)):
        assert client_for(person).patch(f"/v1/comments/{number}", {"text": "theirs"}).status_code == status
    assert Comment.objects.get(pk=number).text == "mine"


def test_gone_or_out_of_sight_it_is_a_404(client_for, alice, bob, say):
    deleted, unseen = say(bob, "deleted")["id"], say(bob, "unseen")["id"]
    client_for(bob).delete(f"/v1/comments/{deleted}")
    factories.block(alice, bob)
    for number in (deleted, unseen):
        assert client_for(bob).patch(f"/v1/comments/{number}", {"text": "x"}).status_code == 404


def test_mentions_are_of_people_who_exist_for_the_viewer(client_for, alice, bob, charlie, post, say):
    dora = factories.person("dora")
    said = say(bob, "@dora @alice @nobody @dora")
    assert said["mentions"] == ["dora", "alice"]
    factories.block(dora, charlie)
    path = f"/v1/posts/{post.pk}/comments"
    assert client_for(charlie).get(path).json()["results"][0]["mentions"] == ["alice"]
    assert client_for(alice).get(path).json()["results"][0]["mentions"] == ["dora", "alice"]


def test_who_does_not_exist_for_its_author_is_not_named(client_for, alice, bob, say):
    factories.block(factories.person("dora"), bob)
    assert say(bob, "@dora")["mentions"] == []
    assert not CommentMention.objects.exists()


def test_an_edit_names_anew_and_keeps_whom_a_name_meant(client_for, alice, bob, charlie, say):
    number = say(bob, "@alice @charlie")["id"]
    User.objects.filter(pk=charlie.pk).update(username="carl")
    User.objects.filter(pk=factories.person().pk).update(username="charlie")
    edited = client_for(bob).patch(f"/v1/comments/{number}", {"text": "only @charlie"}).json()
    assert edited["mentions"] == ["carl"]
    assert list(CommentMention.objects.values_list("user", "name")) == [(charlie.pk, "charlie")]


@pytest.mark.django_db(transaction=True)
def test_eight_edits_and_deletions_at_once(client_for, bob, post, say, run_concurrently):
    number = say(bob, "@alice")["id"]
    path = f"/v1/comments/{number}"
    calls = [partial(client_for(bob).patch, path, {"text": f"@alice @bob {place % 3}"}) for place in range(8)]
    assert {answer.status_code for answer in run_concurrently(calls)} == {200}
    assert CommentMention.objects.count() == 2
    calls[::2] = [partial(client_for(bob).delete, path) for _ in range(4)]
    answers = run_concurrently(calls)
    assert {answer.status_code for answer in answers} <= {200, 204, 404}
    post.refresh_from_db()
    assert post.comments_count == 0


def test_a_list_costs_the_same_for_one_and_for_thirty(client_for, bob, post):
    counts = []
    for more in (1, 29):
        for _ in range(more):
            named = factories.person()
            comment = factories.comment(post, factories.person(), f"@{named.username}")
            CommentMention.objects.create(comment=comment, user=named, name=named.username)
        with CaptureQueriesContext(connection) as queries:
            rows = client_for(bob).get(f"/v1/posts/{post.pk}/comments?limit=50").json()["results"]
        assert all(len(row["mentions"]) == 1 for row in rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]
