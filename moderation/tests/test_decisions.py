"""Decisions: reasoned, impartial, told, taken back by another; and a log that nobody can change."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from api.problems import Invalid, Problem
from events.models import Event
from moderation import actions
from moderation.defaults import ADMINISTRATORS, MODERATORS, make_defaults
from moderation.limits import MAX_AT_ONCE
from moderation.models import INVERSES, Action, Appeal, Case, Decision, Reason, Report
from tests.support import factories

pytestmark = pytest.mark.django_db


def refused(call, **arguments):
    """The code of what an action refuses."""
    with pytest.raises((Problem, Invalid)) as found:
        call(**arguments)
    return found.value.get_codes()


def test_a_decision_says_who_what_why_and_closes_the_case(alice, mona, reported):
    case = reported()
    made = actions.decide(moderator=mona, case_id=case.pk, action="warn", reason="spam", note="third time")
    assert (made.moderator_id, made.moderator_name, made.action, made.subject) == (
        mona.pk, "mona", "warn", ("post", case.subject_id),
    )  # fmt: skip
    assert (made.owner_id, made.case_id, made.reason, made.note) == (alice.pk, case.pk, "spam", "third time")
    assert made.sentence == Reason.objects.get(key="spam").sentence
    case.refresh_from_db()
    assert (case.state, case.closed_at, case.claimed_by) == ("action_taken", made.at, None)
    assert Report.objects.get().state == "action_taken"
    assert refused(actions.dismiss, moderator=mona, case_id=case.pk) == "conflict"


def test_a_dismissal_is_told_to_nobody_but_the_reporter(mona, reported):
    case = reported()
    actions.dismiss(moderator=mona, case_id=case.pk)
    assert Report.objects.get().state == Case.objects.get().state == "no_action"
    assert not Event.objects.filter(name="moderation_decided").exists()


def test_the_owner_is_told_by_an_event(alice, mona, reported):
    made = actions.decide(moderator=mona, case_id=reported().pk, action="warn", reason="spam")
    payload = Event.objects.get(name="moderation_decided").payload
    assert (payload["decision_id"], payload["owner_id"], payload["sentence"]) == (made.pk, alice.pk, made.sentence)


def test_one_decision_may_follow_another_in_a_case(mona, reported):
    case = reported()
    actions.decide(moderator=mona, case_id=case.pk, action="warn", reason="spam", keep_open=True)
    assert Case.objects.get().is_open
    actions.dismiss(moderator=mona, case_id=case.pk)
    assert Case.objects.get().state == "action_taken"


@pytest.mark.parametrize("action", ["uphold", "reopen", "unwarn", "explode", ""])
def test_what_cannot_be_decided_is_refused(mona, reported, action):
    code = refused(actions.decide, moderator=mona, case_id=reported().pk, action=action, reason="spam")
    assert code == {"action": ["invalid"]}


def test_a_reason_of_the_list_is_needed(mona, reported):
    case = reported()
    code = refused(actions.decide, moderator=mona, case_id=case.pk, action="warn", reason="because")
    assert code == {"reason": ["does_not_exist"]}
    assert not Decision.objects.exists()


def test_only_a_suspension_ends_by_itself(mona, reported):
    later = timezone.now() + timedelta(days=1)
    code = refused(actions.decide, moderator=mona, case_id=reported().pk, action="warn", reason="spam", until=later)
    assert code == {"until": ["invalid"]}


def test_nobody_decides_without_the_role_or_about_themselves(alice, charlie, mona, otto, ada, reported):
    case = reported()
    for person in (charlie, factories.person(is_staff=True)):
        for call in (actions.claim, actions.dismiss, actions.record_look):
            assert refused(call, moderator=person, case_id=case.pk) == "permission_denied"
    own = reported(factories.post(mona))
    assert refused(actions.dismiss, moderator=mona, case_id=own.pk) == "permission_denied"
    otto.groups.clear()
    assert refused(actions.dismiss, moderator=otto, case_id=case.pk) == "permission_denied"
    ada.is_superuser = True
    ada.save()
    about = reported(subject_type="user", subject_id=ada.pk)
    assert refused(actions.decide, moderator=mona, case_id=about.pk, action="warn", reason="spam") == (
        "permission_denied"
    )


def test_many_are_decided_at_once_each_by_itself(alice, mona, otto, reported):
    cases = [reported(factories.post(alice)) for _ in range(3)]
    actions.claim(moderator=otto, case_id=cases[1].pk)
    found = actions.decide_each(
        moderator=mona, case_ids=[case.pk for case in cases], action="dismiss", reason="no_violation"
    )
    assert [isinstance(found[case.pk], Decision) for case in cases] == [True, False, True]
    assert "working on" in found[cases[1].pk]
    many = range(MAX_AT_ONCE + 1)
    code = refused(actions.decide_each, moderator=mona, case_ids=many, action="dismiss", reason="no_violation")
    assert code == {"cases": ["max_length"]}


def test_a_decision_is_taken_back_once_and_its_reporter_is_told_so(mona, otto, reported):
    made = actions.decide(moderator=mona, case_id=reported().pk, action="warn", reason="spam")
    back = actions.reverse(moderator=otto, decision_id=made.pk)
    assert (back.action, back.reverses_id, back.reason) == ("unwarn", made.pk, "mistake")
    assert Report.objects.get().state == Case.objects.get().state == "no_action"
    assert refused(actions.reverse, moderator=otto, decision_id=made.pk) == "conflict"


def test_a_dismissal_taken_back_opens_the_case_again(alice, bob, charlie, mona, reported):
    post = factories.post(alice)
    made = actions.dismiss(moderator=mona, case_id=reported(post).pk)
    actions.reverse(moderator=mona, decision_id=made.pk, reason="other")
    assert Case.objects.get().is_open
    assert Report.objects.get().state == "open"
    again = actions.dismiss(moderator=mona, case_id=Case.objects.get().pk)
    reported(post, bob)
    assert refused(actions.reverse, moderator=mona, decision_id=again.pk) == "conflict"


def test_a_rule_decides_without_a_moderator(alice):
    post = factories.post(alice)
    made = actions.decide_subject(subject_type="post", subject_id=post.pk, action="warn", reason="spam", automatic=True)
    assert (made.automatic, made.moderator_id, made.case_id) == (True, None, None)
    subject = {"subject_type": "post", "subject_id": post.pk, "action": "warn", "reason": "spam"}
    assert refused(actions.decide_subject, **subject) == "permission_denied"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE moderation_decision SET note = 'nothing happened'",
        "UPDATE moderation_decision SET moderator_id = NULL, automatic = true",
        "DELETE FROM moderation_decision",
        "TRUNCATE moderation_decision CASCADE",
        "INSERT INTO moderation_decision SELECT * FROM moderation_decision ON CONFLICT (id) DO UPDATE SET note = 'x'",
    ],
)
def test_the_database_refuses_to_change_the_log(mona, reported, statement):
    made = actions.decide(moderator=mona, case_id=reported().pk, action="warn", reason="spam")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE stops at what waits, not at the trigger
        with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
            cursor.execute(statement)
    assert Decision.objects.values_list("note", "moderator_id").get() == ("", made.moderator_id)


def test_the_database_refuses_the_same_moderator_for_an_appeal(alice, mona, reported):
    made = actions.decide(moderator=mona, case_id=reported().pk, action="warn", reason="spam")
    actions.appeal(person=alice, decision_id=made.pk, text="why?")
    row = Appeal.objects.get()
    assert refused(actions.decide_appeal, moderator=mona, appeal_id=row.pk, granted=False) == "permission_denied"
    with pytest.raises(DatabaseError, match="somebody_else_decides"), transaction.atomic():
        Appeal.objects.update(decided_by=mona, state="refused", decided_at=timezone.now())


def test_every_database_has_the_roles_and_reasons():
    assert set(Group.objects.values_list("name", flat=True)) == {ADMINISTRATORS, MODERATORS}
    everything = Permission.objects.count()
    assert Group.objects.get(name=ADMINISTRATORS).permissions.count() == everything
    may = set(Group.objects.get(name=MODERATORS).permissions.values_list("codename", flat=True))
    assert may == {
        "moderate", "view_report", "view_case", "view_decision", "view_reason", "view_note", "view_appeal",
    }  # fmt: skip
    assert Reason.objects.filter(key__in=["mistake", "upheld", "no_violation"]).count() == 3


def test_what_the_operator_changed_stays():
    Reason.objects.filter(key="spam").update(sentence="No advertising here.", is_offered=False)
    make_defaults(using="default")
    reason = Reason.objects.get(key="spam")
    assert (reason.sentence, reason.is_offered) == ("No advertising here.", False)
    assert "spam" not in set(Reason.objects.offered().values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_database_that_was_emptied_has_them_again():
    call_command("flush", interactive=False, verbosity=0)
    test_every_database_has_the_roles_and_reasons()


def test_every_action_is_taken_back_by_another():
    assert set(INVERSES) == set(Action) - {Action.UPHOLD}
    assert all(INVERSES[INVERSES[action]] == action for action in INVERSES)
