"""What an archive says of reports and of decisions: what the person did and was told, and nobody's name."""

import pytest

from moderation import actions
from portability.records import DOCUMENTS
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_ones_reports_and_what_was_decided_about_oneself(alice, charlie):
    post = factories.post(alice, "buy!")
    report, _ = actions.report(
        reporter=charlie, subject_type="post", subject_id=post.pk, category="spam", comment="again"
    )
    decision = actions.decide(
        moderator=None, automatic=True, case_id=report.case_id, action="warn", reason="spam", note="a note"
    )
    actions.appeal(person=alice, decision_id=decision.pk, text="why?")
    (reported,) = DOCUMENTS["reports"](charlie)
    assert (reported["subject_id"], reported["comment"], reported["state"]) == (str(post.pk), "again", "action_taken")
    (told,) = DOCUMENTS["moderation"](alice)
    assert (told["decision"], told["reason"], told["appeal"], told["appeal_state"]) == (
        "warn", decision.sentence, "why?", "open",
    )  # fmt: skip
    assert "a note" not in str(told)
    assert list(DOCUMENTS["reports"](alice)) == list(DOCUMENTS["moderation"](charlie)) == []
