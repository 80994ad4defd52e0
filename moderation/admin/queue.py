"""A page of the queue: cases in their order, with what they are about and who reported it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import User
from moderation.admin.contents import Content, contents_of
from moderation.categories import MAX_SEVERITY, MIN_SEVERITY, Category
from moderation.measures import actions_for, subject_to_change
from moderation.models import CHANGES, Case, Reason, Report, SubjectType
from moderation.roles import may_decide_about, ranks

PAGE = 50
MAX_PAGES = 20  # a queue is worked off from its head
MAX_REPORTS_SHOWN = 3  # of each case
NO_VIOLATION, OTHER = "no_violation", "other"  # keys of reasons
AGES = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Item:
    """A case as the queue shows it. `reason` is the key that an action takes if no other is chosen."""

    case: Case
    content: Content
    categories: list[tuple[str, int]]
    reports: list[Any]
    reason: str
    reason_title: str
    actions: list[str]
    is_anothers: bool
    is_mine: bool


@dataclass(frozen=True)
class Page:
    """`number` counts from 1."""

    items: list[Item]
    number: int
    has_next: bool


def page_of(moderator: User, given: Mapping[str, str], reasons: list[Reason]) -> Page:
    """The open cases that the filters let through; parameters that make no sense are none."""
    number = min(max(int(given["p"]), 1), MAX_PAGES) if given.get("p", "").isdecimal() and len(given["p"]) < 4 else 1
    base = Case.objects.free_for(moderator) if given.get("claims") == "free" else Case.objects.open()
    base = base if moderator.is_superuser else base.exclude(owner_id=moderator.pk)
    rows = _filtered(base, moderator, given).in_queue_order().select_related("claimed_by")
    cases = list(rows[(number - 1) * PAGE : number * PAGE + 1])
    return Page(items_of(cases[:PAGE], moderator, reasons), number, len(cases) > PAGE and number < MAX_PAGES)


def _filtered(rows: Any, moderator: User, given: Mapping[str, str]) -> Any:
    kind, category, severity = (given.get(name, "") for name in ("type", "category", "severity"))
    if kind in SubjectType.values:
        rows = rows.filter(subject_type=kind)
    if category in Category.values:
        rows = rows.filter(Exists(Report.objects.filter(case=OuterRef("pk"), category=category)))
    if severity in map(str, range(MIN_SEVERITY, MAX_SEVERITY + 1)):
        rows = rows.filter(severity__gte=int(severity))
    if given.get("age", "") in AGES:
        rows = rows.filter(opened_at__lte=timezone.now() - timedelta(days=AGES[given["age"]]))
    if given.get("claims") == "mine":
        rows = rows.filter(claimed_by=moderator.pk, claimed_until__gt=timezone.now())
    return rows


def items_of(cases: list[Case], moderator: User, reasons: list[Reason]) -> list[Item]:
    """The same number of queries for one case and for fifty."""
    contents = contents_of(cases)
    counts: dict[int, Counter[str]] = {case.pk: Counter() for case in cases}
    reports = Report.objects.filter(case__in=cases)
    for row in reports.order_by().values("case", "category").annotate(number=Count("pk")):
        counts[row["case"]][row["category"]] = row["number"]
    shown: dict[int, list[Any]] = {case.pk: [] for case in cases}
    for report in first_reports(reports):
        shown[report.case_id].append(report)
    titles = {reason.key: reason.title for reason in reasons}
    owners = {case.pk: contents[case.pk].owner for case in cases}
    known = ranks([moderator, *(owner for owner in owners.values() if owner is not None)])
    offered = {case.pk: _offered(case, owners[case.pk], moderator, known) for case in cases}
    return [
        _item(case, contents[case.pk], counts[case.pk], shown[case.pk], titles, moderator, offered[case.pk])
        for case in cases
    ]


def _offered(case: Case, owner: User | None, moderator: User, known: Mapping[int, int]) -> list[str]:
    """The actions that `require_impartial` lets through, without those that take something back."""
    if case.owner_id == moderator.pk:
        return []
    may_about_owner = owner is None or may_decide_about(moderator, owner, known)
    return [
        name for name in actions_for(case.subject_type)
        if CHANGES[name] == name
        and (may_about_owner or subject_to_change(case.subject_type, name) != SubjectType.USER)
    ]  # fmt: skip


def first_reports(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The first few of each case, with who made them and what became of that person's earlier ones."""
    numbered = reports.annotate(place=Window(RowNumber(), partition_by=F("case"), order_by="pk"))
    first = list(numbered.filter(place__lte=MAX_REPORTS_SHOWN).values_list("pk", flat=True))
    return Report.objects.filter(pk__in=first).with_record().select_related("reporter").order_by("pk")


def _item(
    case: Case, content: Content, counts: "Counter[str]", reports: list[Any], titles: dict[str, str], moderator: User,
    offered: list[str],
) -> Item:  # fmt: skip
    most = counts.most_common()
    likely = most[0][0] if most and most[0][0] in titles else OTHER
    return Item(
        case=case,
        content=content,
        categories=[(Category(name).label, number) for name, number in most],
        reports=reports,
        reason=likely,
        reason_title=titles.get(likely, likely),
        actions=offered,
        is_anothers=case.is_claimed_by_another(moderator),
        is_mine=case.is_claimed_by(moderator),
    )
