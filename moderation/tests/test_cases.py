"""Cases: what reports make of a subject, what is kept of it, and who works on it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from api.problems import Invalid, Problem
from moderation import actions
from moderation.limits import CLAIMED_FOR, MAX_NOTE_LENGTH, MAX_SNAPSHOTS, REPEATED_AFTER
from moderation.models import Case, CategoryWeight, Look, Report
from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_reports_of_one_subject_are_one_case(alice, bob, charlie, reported):
    post = factories.post(alice, "buy!")
    first, second = reported(post, charlie, "spam"), reported(post, bob, "violence")
    assert first.pk == second.pk
    assert (second.reports_count, second.severity, second.owner_id, second.state) == (2, 4, alice.pk, "open")
    assert reported(factories.post(alice)).pk != first.pk


def test_the_operator_weighs_categories(reported):
    CategoryWeight.objects.create(category="spam", severity=5)
    assert reported(category="spam").severity == 5


def test_the_queue_begins_with_what_is_serious_then_with_what_many_report(alice, bob, reported):
    often, once, serious = (factories.post(alice) for _ in range(3))
    for post in (once, often):
        reported(post)
    reported(often, bob)
    reported(serious, category="child_safety")
    assert [case.subject_id for case in Case.objects.open().in_queue_order()] == [serious.pk, often.pk, once.pk]


def test_evidence_outlives_edits_and_deletion(alice, bob, charlie, reported):
    post = factories.post(alice, "buy!")
    case = reported(post, charlie)
    media = str(post.items.get().media_id)
    Post.objects.filter(pk=post.pk).update(caption="a bridge")
    reported(post, bob)
    reported(post, factories.person())
    Post.objects.filter(pk=post.pk).delete()
    case.refresh_from_db()
    assert [(each["text"], each["media"]) for each in case.evidence] == [("buy!", [media]), ("a bridge", [media])]


def test_evidence_has_a_bound_and_keeps_the_first(alice, reported):
    post = factories.post(alice, "0")
    for number in range(MAX_SNAPSHOTS + 3):
        Post.objects.filter(pk=post.pk).update(caption=str(number))
        case = reported(post, factories.person())
    texts = [each["text"] for each in Case.objects.get(pk=case.pk).evidence]
    assert len(texts) == MAX_SNAPSHOTS
    assert (texts[0], texts[-1]) == ("0", str(MAX_SNAPSHOTS + 2))


@pytest.mark.parametrize("kind", ["user", "comment", "story", "highlight"])
def test_every_kind_of_subject_is_kept_as_it_was(alice, reported, kind):
    story = factories.story(alice)
    subject, text = {
        "user": lambda: (alice, ""),
        "comment": lambda: (factories.comment(factories.post(alice), alice, "buy"), "buy"),
        "story": lambda: (story, ""),
        "highlight": lambda: (factories.highlight(alice, [story], "Sales"), "Sales"),
    }[kind]()
    case = reported(subject_type=kind, subject_id=subject.pk)
    (snapshot,) = case.evidence
    assert (case.owner_id, snapshot["text"]) == (alice.pk, text)
    assert snapshot["media"] == ([str(story.media_id)] if kind in {"story", "highlight"} else [])


def test_a_case_is_claimed_by_one_until_it_is_released_or_expires(reported, mona, otto):
    case = reported()
    assert actions.claim(moderator=mona, case_id=case.pk)
    assert actions.claim(moderator=mona, case_id=case.pk)
    assert not actions.claim(moderator=otto, case_id=case.pk)
    assert not actions.release(moderator=otto, case_id=case.pk)
    with pytest.raises(Problem) as refused:
        actions.dismiss(moderator=otto, case_id=case.pk)
    assert refused.value.get_codes() == "conflict"
    Case.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert actions.claim(moderator=otto, case_id=case.pk)
    assert actions.release(moderator=otto, case_id=case.pk)
    assert actions.claim(moderator=mona, case_id=case.pk)
    assert Case.objects.get(pk=case.pk).claimed_until <= timezone.now() + CLAIMED_FOR


def test_moderators_write_notes_to_each_other(mona, reported):
    case = reported()
    actions.add_note(moderator=mona, case_id=case.pk, text="looks like advertising")
    assert [(note.author, note.text) for note in case.notes.all()] == [(mona, "looks like advertising")]
    for wrong in ({"case_id": 1, "text": "x"}, {"case_id": case.pk, "text": "x" * (MAX_NOTE_LENGTH + 1)}):
        with pytest.raises((Problem, Invalid)):
            actions.add_note(moderator=mona, **wrong)


def test_reports_after_a_decision_make_another_case(alice, bob, charlie, mona, reported):
    post = factories.post(alice)
    first = reported(post, charlie)
    actions.dismiss(moderator=mona, case_id=first.pk)
    second = reported(post, bob)
    assert second.pk != first.pk
    assert (second.earlier_count, second.is_open) == (1, True)
    assert reported(post, charlie).pk == first.pk  # who reported it just before hears what became of that
    Report.objects.filter(case=first.pk).update(decided_at=timezone.now() - REPEATED_AFTER)
    assert reported(post, charlie).pk == second.pk


def test_the_database_holds_one_open_case_a_subject(reported):
    case = reported()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(subject_type="post", subject_id=case.subject_id, owner_id=case.owner_id)


def test_a_reporters_record_is_known(alice, bob, mona, reported):
    for number in range(3):
        case = reported(factories.post(alice), bob)
        if number < 2:
            action = "warn" if number else "dismiss"
            actions.decide(moderator=mona, case_id=case.pk, action=action, reason="spam")
    record = Report.objects.with_record().get(case=case.pk)
    assert (record.decided_count, record.led_to_action_count) == (2, 1)


def test_private_content_is_looked_at_when_it_was_reported_and_that_is_noted(bob, mona, reported):
    hanna = factories.person("hanna", private=True)
    factories.follow(bob, hanna)
    post = factories.post(hanna)
    unreported = actions.open_case(moderator=mona, subject_type="post", subject_id=post.pk)
    with pytest.raises(Problem) as refused:
        actions.record_look(moderator=mona, case_id=unreported.pk)
    assert refused.value.get_codes() == "permission_denied"
    case = reported(post, bob)
    assert case.pk == unreported.pk
    for _ in range(2):
        actions.record_look(moderator=mona, case_id=case.pk)
    look = Look.objects.get()
    assert (look.moderator_name, look.owner_id, look.subject) == ("mona", hanna.pk, ("post", post.pk))


def test_open_cases_and_the_age_of_the_oldest_are_measured(client, reported):
    reported()
    Case.objects.update(opened_at=timezone.now() - timedelta(hours=2))
    told = client.get("/metrics").content.decode()
    values = dict(line.rsplit(" ", 1) for line in told.splitlines() if line.startswith("pystagram_moderation"))
    assert float(values["pystagram_moderation_cases_open"]) == 1
    assert 7200 <= float(values["pystagram_moderation_oldest_seconds"]) < 7260
    assert float(values["pystagram_moderation_appeals_open"]) == 0


def test_a_look_at_what_is_public_is_nothing_special(mona, reported):
    assert actions.record_look(moderator=mona, case_id=reported().pk) is None
    assert not Look.objects.exists()
