"""What decisions do to what others see, at once, and undone."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from moderation import actions
from moderation.appeal_tokens import appeal_token
from moderation.measures import MEASURES, actions_for
from moderation.models import INVERSES, Appeal, Decision
from moderation.previews import preview
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
PATHS = {
    "post": "/v1/posts/{}",
    "comment": "/v1/comments/{}",
    "story": "/v1/stories/{}",
    "highlight": "/v1/highlights/{}",
}


@pytest.fixture
def subjects(alice):
    story, post = factories.story(alice), factories.post(alice)
    return {
        "post": post, "comment": factories.comment(post, alice), "story": story,
        "highlight": factories.highlight(alice, [story]),
    }  # fmt: skip


@pytest.mark.parametrize("kind", PATHS)
def test_what_is_taken_down_is_gone_by_the_next_request_and_back_when_that_is_taken_back(
    charlie, mona, otto, reported, subjects, client_for, kind
):
    client, path = client_for(charlie), PATHS[kind].format(subjects[kind].pk)
    case = reported(subject_type=kind, subject_id=subjects[kind].pk)
    made = actions.decide(moderator=mona, case_id=case.pk, action="take_down", reason="spam")
    assert made.details == {"changed": True}
    assert client.get(path).status_code == 404
    actions.reverse(moderator=otto, decision_id=made.pk)
    assert client.get(path).status_code == 200


def test_a_post_that_is_taken_down_is_gone_from_a_warm_feed_and_is_back_after_an_appeal(
    alice, bob, mona, otto, reported, client_for
):
    reader, post = client_for(bob), factories.post(alice)

    def feed():
        return [row["id"] for row in reader.get("/v1/feed").json()["results"]]

    assert feed() == [str(post.pk)]
    made = actions.decide(moderator=mona, case_id=reported(post).pk, action="take_down", reason="spam")
    assert feed() == []
    assert client_for(alice).post(f"/v1/me/moderation/{made.pk}/appeal", {"text": "why?"}).status_code == 200
    actions.decide_appeal(moderator=otto, appeal_id=Appeal.objects.get().pk, granted=True)
    drain()
    assert feed() == [str(post.pk)]


def test_a_post_is_marked_in_its_own_case(alice, charlie, mona, reported, client_for):
    post = factories.post(alice)
    made = actions.decide(moderator=mona, case_id=reported(post).pk, action="mark_sensitive", reason="nudity")
    assert client_for(charlie).get(f"/v1/posts/{post.pk}").json()["sensitive"] is True
    actions.reverse(moderator=mona, decision_id=made.pk)
    assert client_for(charlie).get(f"/v1/posts/{post.pk}").json()["sensitive"] is False


def test_a_person_is_suspended_in_the_case_of_a_post_mailed_and_reinstated_by_an_appeal(
    alice, charlie, mona, otto, reported, client_for
):
    until = timezone.now() + timedelta(days=3)
    case = reported()
    assert "suspend" in actions_for("post")
    made = actions.decide(moderator=mona, case_id=case.pk, action="suspend", reason="spam", until=until)
    assert (made.subject, made.until) == (("user", alice.pk), until)
    assert client_for(charlie).get("/v1/users/alice").status_code == 404
    drain()
    assert [sent.subject for sent in mail.outbox] == ["Your account was suspended"]
    body = {"token": appeal_token(made.pk), "text": "why?"}
    assert client_for(None).post("/v1/appeals", body).status_code == 200
    actions.decide_appeal(moderator=otto, appeal_id=Appeal.objects.get().pk, granted=True)
    assert client_for(charlie).get("/v1/users/alice").status_code == 200
    drain()
    assert mail.outbox[-1].subject == "Your account is not suspended any more"


def test_a_person_is_limited_and_not_any_more(alice, mona, reported):
    case = reported(subject_type="user", subject_id=alice.pk)
    made = actions.decide(moderator=mona, case_id=case.pk, action="limit", reason="spam")
    assert User.objects.get(pk=alice.pk).limited_at is not None
    actions.reverse(moderator=mona, decision_id=made.pk)
    assert User.objects.get(pk=alice.pk).limited_at is None


def test_what_is_superseded_is_not_taken_back(alice, mona, otto, reported):
    first, later = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=9)
    decisions = [
        actions.decide_subject(
            subject_type="user", subject_id=alice.pk, action="suspend", reason="spam", until=until, moderator=mona
        )
        for until in (first, later)
    ]
    with pytest.raises(Exception, match="later decision"):
        actions.reverse(moderator=otto, decision_id=decisions[0].pk)
    actions.reverse(moderator=otto, decision_id=decisions[1].pk)
    assert User.objects.get(pk=alice.pk).is_active


def test_a_preview_counts_what_goes(alice, bob, reported, subjects):
    case = reported(subjects["post"])
    assert preview("take_down", case) == {"comments": 1, "reactions": 0, "saves": 0}
    assert preview("suspend", case) == {
        "posts": 1, "stories": 1, "highlights": 1, "comments": 1, "followers": 1, "following": 0, "sessions": 0,
    }  # fmt: skip


def test_every_measure_has_its_inverse():
    for kind, action in MEASURES:
        assert action == "uphold" or (kind, INVERSES[action]) in MEASURES, (kind, action)


def test_a_decision_that_changes_nothing_says_so(alice, mona, reported):
    actions.decide_subject(subject_type="user", subject_id=alice.pk, action="unlimit", reason="mistake", moderator=mona)
    assert Decision.objects.get().details == {"changed": False}
