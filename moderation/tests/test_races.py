"""What happens at once."""

import threading

import pytest
from django.db import transaction

from accounts import actions as accounts
from accounts.models import User
from api.problems import Problem
from moderation import actions
from moderation.models import Appeal, Case, Decision, Report
from tests.support import factories
from tests.support.locks import wait_for_waiting

pytestmark = pytest.mark.django_db(transaction=True)
EIGHT = 8


def attempts(call):
    """Whether it was done."""

    def attempt():
        try:
            return call() is not False
        except Problem:
            return False

    return attempt


def test_a_case_is_claimed_by_one_of_two(reported, mona, otto, run_concurrently):
    case = reported()
    calls = [lambda who=who: actions.claim(moderator=who, case_id=case.pk) for who in (mona, otto)]
    assert sorted(run_concurrently(calls)) == [False, True]


def test_one_of_two_moderators_decides(reported, mona, otto, run_concurrently):
    case = reported()
    calls = [attempts(lambda who=who: actions.dismiss(moderator=who, case_id=case.pk)) for who in (mona, otto)]
    assert sorted(run_concurrently(calls)) == [False, True]
    assert Decision.objects.count() == 1


def test_eight_reports_at_once_are_one_of_each_person(alice, bob, charlie, run_concurrently):
    post = factories.post(alice)

    def send(person):
        return lambda: actions.report(
            reporter=person, subject_type="post", subject_id=post.pk, category="spam"
        )[0].pk  # fmt: skip

    made = run_concurrently([send(person) for person in (bob, charlie) * (EIGHT // 2)])
    assert len(set(made)) == 2
    assert (Case.objects.get().reports_count, Report.objects.count()) == (2, 2)


def test_a_case_is_opened_again_or_there_is_a_newer_one(alice, bob, mona, reported, run_concurrently):
    post = factories.post(alice)
    made = actions.dismiss(moderator=mona, case_id=reported(post).pk)
    again = {"reporter": bob, "subject_type": "post", "subject_id": post.pk, "category": "spam"}
    calls = [
        attempts(lambda: actions.reverse(moderator=mona, decision_id=made.pk, reason="other")),
        attempts(lambda: actions.report(**again)),
    ]
    run_concurrently(calls)
    assert Case.objects.open().count() == 1
    assert Report.objects.filter(reporter=bob).count() == 1


def test_eight_appeals_at_once_are_one(alice, mona, reported, run_concurrently):
    made = actions.decide(moderator=mona, case_id=reported().pk, action="warn", reason="spam")
    texts = [f"why? {number}" for number in range(EIGHT)]
    calls = [attempts(lambda text=text: actions.appeal(person=alice, decision_id=made.pk, text=text)) for text in texts]
    assert sum(run_concurrently(calls)) == 1
    assert Appeal.objects.count() == 1


def test_an_appeal_is_decided_once_and_taken_back_once(alice, mona, otto, ada, reported, run_concurrently):
    made = actions.decide(moderator=mona, case_id=reported().pk, action="warn", reason="spam")
    actions.appeal(person=alice, decision_id=made.pk, text="why?")
    row = Appeal.objects.get()
    calls = [
        attempts(lambda: actions.decide_appeal(moderator=otto, appeal_id=row.pk, granted=True)),
        attempts(lambda: actions.decide_appeal(moderator=ada, appeal_id=row.pk, granted=True)),
        attempts(lambda: actions.reverse(moderator=mona, decision_id=made.pk)),
    ]
    run_concurrently(calls)
    assert Decision.objects.filter(reverses_id=made.pk).count() == 1


def test_a_decision_is_not_taken_back_while_a_later_one_is_made(alice, mona, otto, reported, run_concurrently):
    suspend = {"action": "suspend", "reason": "spam"}
    first = actions.decide(moderator=mona, case_id=reported().pk, **suspend)
    accounts.reinstate(user_id=alice.pk)  # so that her account can be reported
    other, is_made = reported(subject_type="user", subject_id=alice.pk), threading.Event()

    def decide_slowly():
        with transaction.atomic():
            actions.decide(moderator=otto, case_id=other.pk, **suspend)
            is_made.set()
            wait_for_waiting()
        return True

    def take_back():
        assert is_made.wait(10)
        return actions.reverse(moderator=mona, decision_id=first.pk)

    assert run_concurrently([decide_slowly, attempts(take_back)]) == [True, False]
    assert User.objects.get(pk=alice.pk).is_suspended
