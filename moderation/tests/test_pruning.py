"""What is kept, and for how long."""

from datetime import timedelta

import pytest
from django.utils import timezone

from moderation import actions, limits
from moderation.models import Case, Decision, DecisionMail, Look, Report
from moderation.tasks import prune
from tests.support import factories

pytestmark = pytest.mark.django_db


def closed(case, before):
    Case.objects.filter(pk=case.pk).update(state="no_action", closed_at=timezone.now() - before - timedelta(seconds=1))


def test_old_evidence_goes_then_the_case_and_the_log_stays(alice, mona, reported):
    old, older, young = (reported(factories.post(alice)) for _ in range(3))
    actions.decide(moderator=mona, case_id=older.pk, action="warn", reason="spam")
    closed(old, limits.EVIDENCE_KEPT_FOR)
    closed(older, limits.CASES_KEPT_FOR)
    assert prune() == 2
    assert {case.pk: bool(case.evidence) for case in Case.objects.all()} == {old.pk: False, young.pk: True}
    assert set(Report.objects.values_list("case", flat=True)) == {old.pk, young.pk}
    assert Decision.objects.get().case_id == older.pk
    assert prune() == 0


def test_evidence_of_a_case_that_nobody_closes_has_an_end(reported):
    reported()
    Case.objects.update(reported_at=timezone.now() - limits.OPEN_EVIDENCE_KEPT_FOR - timedelta(seconds=1))
    assert prune() == 1
    assert Case.objects.get().evidence == []


def test_looks_and_mails_go(alice, mona, reported):
    long_ago = timezone.now() - limits.LOOKS_KEPT_FOR - timedelta(seconds=1)
    look = {"subject_type": "user", "subject_id": alice.pk, "owner_id": alice.pk, "case_id": 1}
    Look.objects.create(moderator_id=mona.pk, moderator_name="mona", at=long_ago, **look)
    Look.objects.create(moderator_id=mona.pk, moderator_name="mona", **look)
    made = actions.decide(moderator=mona, case_id=reported().pk, action="warn", reason="spam")
    DecisionMail.objects.create(decision=made, person=alice)
    DecisionMail.objects.update(created_at=long_ago)
    assert prune() == 2
    assert (Look.objects.count(), DecisionMail.objects.count(), Decision.objects.count()) == (1, 0, 1)
