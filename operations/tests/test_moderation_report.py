"""The transparency report: what it counts, of which time, and whom its numbers give away."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import RuleHit, User
from api.ids import id_at
from media.models import BlockedImage, ImageRefusal
from moderation.models import Appeal, Case, Decision, Report
from operations.transparency.report import transparency
from operations.transparency.rounding import as_json, rounded
from tests.support import factories

pytestmark = pytest.mark.django_db
BEGINS, ENDS = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
WITHIN, BEFORE = BEGINS + timedelta(days=3), BEGINS - timedelta(seconds=1)


def case(owner: User, at: datetime, hours: float, category: str = "spam", state: str = "action_taken") -> Case:
    """A case with one report, closed so many hours after it was opened."""
    number = Case.objects.count()
    about = {"subject_type": "post", "subject_id": number + 1}
    made = Case.objects.create(
        pk=id_at(at, number % 1000), owner_id=owner.pk, state=state, closed_at=at + timedelta(hours=hours), **about
    )
    Case.objects.filter(pk=made.pk).update(opened_at=at)
    Report.objects.create(pk=id_at(at, number % 1000), case=made, category=category, state=state, **about)
    return made


def decision(owner: User, at: datetime, action: str = "take_down", **fields: Any) -> Decision:
    number = Decision.objects.count()
    made = {"moderator_id": 1, "moderator_name": "mia", "reason": "spam", "sentence": "It is spam."}
    return Decision.objects.create(
        pk=id_at(at, number % 1000), at=at, action=action, changes=action, owner_id=owner.pk, subject_type="post",
        subject_id=number + 1, **{**made, **fields},
    )  # fmt: skip


def counted() -> Any:
    return transparency(begins=BEGINS, ends=ENDS)


def printed(*options: str) -> str:
    out = io.StringIO()
    call_command("moderation_report", *options, stdout=out)
    return out.getvalue()


def test_it_counts_the_period_and_nothing_else(alice):
    for hours in (1, 3, 11):
        case(alice, WITHIN, hours)
    case(alice, WITHIN, 5, category="hate", state="no_action")
    case(alice, BEFORE, -1, category="scam")
    case(alice, ENDS, 1, category="scam")
    decision(alice, WITHIN)
    decision(alice, WITHIN, "suspend", reason="hate")
    decision(alice, WITHIN, "limit", automatic=True, moderator_id=None, moderator_name="")
    decision(alice, BEFORE, "warn")
    found = counted()
    assert found.reports == {"spam": 3, "hate": 1}
    assert (found.reports_led_to_action, found.cases_closed, found.hours_to_decision) == (3, 4, 4.0)
    assert found.decisions == {"limit": 1, "suspend": 1, "take_down": 1}
    assert found.reasons == {"hate": 1, "spam": 1}
    assert found.automatic["decision_limit"] == 1


def test_it_tells_how_appeals_ended(alice):
    for state, hours in {"granted": 2, "refused": 6, "open": None}.items():
        when = {"decided_at": WITHIN + timedelta(hours=hours)} if hours else {}
        made = Appeal.objects.create(
            pk=id_at(WITHIN, Appeal.objects.count()), decision=decision(alice, WITHIN), person=alice, text="no",
            state=state, **when,
        )  # fmt: skip
        Appeal.objects.filter(pk=made.pk).update(created_at=WITHIN)
    assert (counted().appeals, counted().hours_to_appeal) == ({"granted": 1, "open": 1, "refused": 1}, 4.0)


def test_automatic_measures_and_registrations_are_counted(alice):
    block = BlockedImage.objects.create(sha256="0" * 64, reason="spam", by="mia")
    for distance in (0, 12):
        ImageRefusal.objects.create(blocked=block, owner=alice, media=factories.media(alice), distance=distance)
    for kind, attempt in (("email", "registration"), ("word", "registration"), ("network", "log_in")):
        RuleHit.objects.create(kind=kind, rule="x", attempt=attempt)
    today = timezone.now()
    found = transparency(begins=today - timedelta(days=1), ends=today + timedelta(days=1))
    assert found.automatic == {
        "image_file": 1, "image_near_copy": 1, "image_taken_back": 0, "registration": 2, "log_in": 1,
    }  # fmt: skip
    assert found.registrations_refused == {"email": 1, "word": 1}
    assert (found.registrations, found.incomplete) == (1, [])
    assert len(transparency(begins=today - timedelta(days=100), ends=today).incomplete) == 2


@pytest.mark.parametrize(
    ("number", "shown"), [(0, 0), (1, "<5"), (4, "<5"), (5, 5), (7, 5), (8, 10), (12, 10), (1003, 1005)]
)
def test_small_numbers_are_hidden_and_others_rounded(number, shown):
    assert rounded(number) == shown


def test_a_median_of_few_is_nobodys(alice):
    for hours in (1, 3, 11):
        case(alice, WITHIN, hours)
    assert as_json(counted(), exact=False)["hours_to_decision"] is None
    assert as_json(counted(), exact=True)["hours_to_decision"] == 3.0
    for hours in (2, 4):
        case(alice, WITHIN, hours)
    assert as_json(counted(), exact=False)["hours_to_decision"] == 3.0


def test_it_names_nobody(alice, tmp_path):
    case(alice, WITHIN, 1)
    decision(alice, WITHIN)
    period = ["--from", "2026-10-01", "--to", "2026-11-01"]
    text = printed(*period, "--json", "--plot", str(tmp_path / "report.svg"))
    assert json.loads(text)["reports"] == {"spam": "<5"}
    drawn = (tmp_path / "report.svg").read_text()
    for word in ("alice", "mia", str(alice.pk)):
        assert word not in text + drawn
    shown = [element.text for element in ElementTree.fromstring(drawn).iter() if element.text]  # noqa: S314 (our own)
    assert {"take down", "<5", "Reports, by category"} <= set(shown)
    exact = json.loads(printed(*period, "--json", "--exact"))
    assert exact["reports"] == {"spam": 1}


def test_an_empty_period_is_a_report_too():
    assert "cases closed: 0, median unknown" in printed("--from", "2026-02-01", "--to", "2026-03-01")


def test_days_that_are_no_period_are_refused():
    with pytest.raises(CommandError, match="before"):
        printed("--from", "2026-03-01", "--to", "2026-03-01")
