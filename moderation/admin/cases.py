"""The workbench: the queue of open cases, the page of each, and what a moderator does there."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST
from rest_framework.exceptions import APIException

from accounts.models import User
from api.admin_lists import ListTooExpensive, limited_statements
from api.ids import id_in
from api.problems import Invalid, Problem
from api.readonly_admin import TOO_EXPENSIVE
from media.models import Media
from moderation import actions
from moderation.admin.answers import answer, moderator_of, words_of
from moderation.admin.contents import contents_of
from moderation.admin.forms import DAYS, DEFAULT_DAYS, DecisionForm
from moderation.admin.impartial import ImpartialAdmin
from moderation.admin.queue import AGES, Item, items_of, page_of
from moderation.categories import MAX_SEVERITY, MIN_SEVERITY, Category
from moderation.limits import MAX_NOTE_LENGTH
from moderation.measures import subject_to_change
from moderation.models import Action, Case, Decision, Reason, SubjectType
from moderation.previews import preview
from moderation.roles import may_moderate
from posts.models import Post

MAX_ROWS = 50  # of reports, notes, decisions, on a case's page
MAX_POSTS = 12  # of the author's newest public ones
KEYS = {  # of the queue; what they do is in moderation/static/moderation/queue.js
    Action.TAKE_DOWN: "t", Action.DISMISS: "d", Action.SUSPEND: "s", Action.LIMIT: "l", Action.MARK_SENSITIVE: "m",
    Action.WARN: "w", Action.REFUSE_IMAGE: "i",
}  # fmt: skip
SAID = ("username", "name", "text", "website", "place")  # of what evidence has kept
post_only, get_only = method_decorator(require_POST), method_decorator(require_GET)


@admin.register(Case)
class CaseAdmin(ImpartialAdmin):
    """All cases are a list as all others; those to be decided are the queue."""

    list_display = ("id", "subject_type", "subject_id", "owner", "state", "severity", "reports_count", "opened_at")
    list_filter = ("state", "subject_type", "opened_at")
    search_fields = ("id", "owner_id")
    search_help_text = "The id of a case, a subject or its owner, or the owner's user name"

    def get_urls(self) -> list[URLPattern]:
        def row(route: str, view: Any) -> Any:
            guarded: Any = self.admin_site.admin_view(view)
            return path(f"{route}/", guarded, name=f"moderation_{view.__name__}")

        own = [
            row("queue", self.queue), row("begin", self.begin), row("bulk", self.bulk),
            row("undo/<int:decision_id>", self.undo),
            row("<int:case_id>/decide", self.decide), row("<int:case_id>/claim", self.claim),
            row("<int:case_id>/release", self.release), row("<int:case_id>/note", self.note),
            row("<int:case_id>/content", self.content),
        ]  # fmt: skip
        return own + super().get_urls()

    # -- reading ---------------------------------------------------------------------------------------

    @get_only
    def queue(self, request: HttpRequest) -> HttpResponse:
        moderator = moderator_of(request)
        reasons = list(Reason.objects.offered())
        try:
            with limited_statements():
                page = page_of(moderator, request.GET.dict(), reasons)
        except ListTooExpensive:
            self.message_user(request, TOO_EXPENSIVE, level="error")
            return redirect("admin:index")
        context = {
            "title": "Queue",
            "page": page,
            "keys": KEYS,
            "actions": [(action, KEYS[action], action.label) for action in KEYS],
            "reasons": reasons,
            "kinds": SubjectType.choices,
            "days": DAYS,
            "filters": _filters(request),
            "query": "".join(f"&{name}={value}" for name, value in _chosen(request).items()),
        }
        return self._page(request, "moderation/workbench/queue.html", context)

    @get_only
    def content(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """A fragment: what a case is about, after the look was written down."""
        moderator = moderator_of(request)
        case = self._case(request, case_id)
        try:
            actions.record_look(moderator=moderator, case_id=case.pk)
        except APIException as refused:
            return HttpResponse(words_of(refused), status=refused.status_code, content_type="text/plain; charset=utf-8")
        content = contents_of([case])[case.pk]
        return TemplateResponse(request, "moderation/workbench/content.html", {"content": content, "case": case})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        case = self.get_object(request, object_id)
        if not self.has_view_permission(request, case):
            raise PermissionDenied
        viewer: Any = request.user
        (item,) = items_of([case], viewer, list(Reason.objects.offered()))
        context = {"title": f"{case.get_subject_type_display()} {case.subject_id}", "item": item, "case": case}
        if may_moderate(viewer):
            context |= self._to_decide(viewer, item)
        context |= {
            "reports": case.reports.with_record().select_related("reporter").order_by("pk")[:MAX_ROWS],
            "notes": case.notes.select_related("author").order_by("pk")[:MAX_ROWS],
            "decisions": Decision.objects.filter(case_id=case.pk).for_display().order_by("-pk")[:MAX_ROWS],
            "history": Decision.objects.filter(owner_id=case.owner_id).order_by("-pk")[:MAX_ROWS],
            "cases": Case.objects.filter(owner_id=case.owner_id).exclude(pk=case.pk).order_by("-pk")[:MAX_ROWS],
        }
        return self._page(request, "moderation/workbench/case.html", {**context, **(extra_context or {})})

    def _to_decide(self, moderator: User, item: Item) -> dict[str, Any]:
        """What only moderators see: the content, what actions touch, the form. The look is written down first."""
        case = item.case
        newest = Post.objects.public().filter(author=case.owner_id).order_by("-timeline_id")
        rights = {
            "may_decide": bool(item.actions),
            "previews": _previews(case, item.actions),
            "form": DecisionForm(actions=item.actions, initial={"reason": item.reason, "days": DEFAULT_DAYS}),
            "posts": newest.prefetch_related("items__media__renditions")[:MAX_POSTS],
        }
        try:
            actions.record_look(moderator=moderator, case_id=case.pk)
        except APIException as refused:
            return {**rights, "refused": words_of(refused)}
        return {**rights, "may_see": True, "evidence": _with_media(case)}

    # -- writing ---------------------------------------------------------------------------------------

    @post_only
    def begin(self, request: HttpRequest) -> HttpResponse:
        """Leads to the open case of something, which is made if there is none: for what nobody has reported."""
        moderator = moderator_of(request)
        kind, typed = request.POST.get("subject_type", ""), request.POST.get("subject", "")
        try:
            case = actions.open_case(moderator=moderator, subject_type=kind, subject_id=number_of(kind, typed))
        except APIException as refused:
            self.message_user(request, words_of(refused), level="error")
            return redirect("admin:moderation_queue")
        return redirect("admin:moderation_case_change", case.pk)

    @post_only
    def decide(self, request: HttpRequest, case_id: int) -> HttpResponse:
        moderator = moderator_of(request)
        form = DecisionForm(request.POST, actions=list(Action.values))
        back = reverse("admin:moderation_case_change", args=[case_id])

        def write() -> Decision:
            return actions.decide(moderator=moderator, case_id=case_id, **form.order())

        action = request.POST.get("action", "")
        label = Action(action).label if action in Action.values else action
        return answer(request, write, f"{label}: done (case {case_id}).", back)

    @post_only
    def bulk(self, request: HttpRequest) -> HttpResponse:
        """The same for all that are ticked; each by itself, so that one that is refused stops no other."""
        moderator = moderator_of(request)
        form = DecisionForm(request.POST, actions=list(Action.values))
        ids = [pk for pk in map(id_in, request.POST.getlist("case")) if pk is not None]
        queue = reverse("admin:moderation_queue")
        refused: dict[int, Any] = {}

        def write() -> None:
            if not ids:
                raise Invalid("cases", "required", "Nothing is ticked.")
            made = actions.decide_each(moderator=moderator, case_ids=ids, **form.order())
            refused.update({pk: what for pk, what in made.items() if isinstance(what, str)})
            for pk, words in refused.items():
                self.message_user(request, f"Case {pk}: {words}", level="error")

        return answer(request, write, lambda: f"Decided: {len(ids) - len(refused)} of {len(ids)}.", queue)

    @post_only
    def undo(self, request: HttpRequest, decision_id: int) -> HttpResponse:
        moderator = moderator_of(request)
        queue = reverse("admin:moderation_queue")
        note = request.POST.get("note", "")

        def write() -> Decision:
            return actions.reverse(moderator=moderator, decision_id=decision_id, note=note)

        return answer(request, write, "Taken back.", queue)

    @post_only
    def claim(self, request: HttpRequest, case_id: int) -> HttpResponse:
        moderator = moderator_of(request)
        back = reverse("admin:moderation_case_change", args=[case_id])

        def write() -> None:
            if not actions.claim(moderator=moderator, case_id=case_id):
                raise Problem("conflict", "Somebody else has it, or it is decided.")

        return answer(request, write, "Claimed for a quarter of an hour.", back)

    @post_only
    def release(self, request: HttpRequest, case_id: int) -> HttpResponse:
        moderator = moderator_of(request)
        back = reverse("admin:moderation_case_change", args=[case_id])
        actions.release(moderator=moderator, case_id=case_id)
        return answer(request, lambda: None, "Given back.", back)

    @post_only
    def note(self, request: HttpRequest, case_id: int) -> HttpResponse:
        moderator = moderator_of(request)
        case = self._case(request, case_id)
        back = reverse("admin:moderation_case_change", args=[case.pk])
        text = request.POST.get("text", "").strip()[:MAX_NOTE_LENGTH]

        def write() -> None:
            actions.add_note(moderator=moderator, case_id=case.pk, text=text)

        return answer(
            request, write if text else lambda: None, "Noted." if text else "There was nothing to note.", back
        )

    def _case(self, request: HttpRequest, case_id: int) -> Case:
        case: Case = self.get_object(request, str(case_id))
        return case

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.model._meta, **context}
        return TemplateResponse(request, template, whole)


def _filters(request: HttpRequest) -> list[dict[str, Any]]:
    """The choices of the queue's filters, and what is chosen."""
    severities = [(str(level), f"{level} and above") for level in range(MIN_SEVERITY, MAX_SEVERITY + 1)]
    choices: dict[str, Any] = {
        "type": SubjectType.choices,
        "category": Category.choices,
        "severity": severities,
        "age": [(age, f"older than a {age}") for age in AGES],
        "claims": [("free", "free or mine"), ("mine", "mine")],
    }
    return [{"name": name, "choices": pairs, "value": request.GET.get(name, "")} for name, pairs in choices.items()]


def number_of(kind: str, typed: str) -> int:
    """The id of a subject: typed as such, as an address that ends with it, or as a person's user name. `not_found` for
    what is none."""
    word = typed.strip().rstrip("/").rpartition("/")[2]
    number = id_in(word)
    if kind in SubjectType.values and number is not None:
        return number
    found = User.objects.named(word.removeprefix("@")).first() if kind == SubjectType.USER else None
    if found is None:
        raise Problem("not_found", "There is nothing of this kind with this id or name.")
    return int(found.pk)


def _chosen(request: HttpRequest) -> dict[str, str]:
    """The filters of this page that make sense, to be kept in links."""
    return {
        one["name"]: one["value"] for one in _filters(request) if one["value"] in {value for value, _ in one["choices"]}
    }


def _previews(case: Case, names: list[str]) -> list[tuple[str, dict[str, int]]]:
    """What actions touch, once for those that change the subject and once for those that change its owner."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(str(subject_to_change(case.subject_type, name)), name)
    touching = {kind: preview(name, case) for kind, name in _most_telling(case, names).items() if kind in first}
    return [(kind, counts) for kind, counts in touching.items() if counts]


def _most_telling(case: Case, names: list[str]) -> dict[str, str]:
    """For each kind of thing changed the action that hides the most."""
    order = [Action.WARN, Action.MARK_SENSITIVE, Action.LIMIT, Action.SUSPEND, Action.TAKE_DOWN]
    telling = [action for action in order if action in names]
    return {str(subject_to_change(case.subject_type, action)): action for action in telling}


def _with_media(case: Case) -> list[dict[str, Any]]:
    """What the subject was when it was reported, with the pictures of then."""
    ids = {int(number) for shot in case.evidence for number in shot.get("media", [])}
    media = Media.objects.for_display().in_bulk(ids)
    kept = [
        (shot, [media[int(number)] for number in shot.get("media", []) if int(number) in media])
        for shot in case.evidence
    ]
    return [
        {
            "at": datetime.fromisoformat(shot["at"]),
            "media": shown,
            "words": {key: shot[key] for key in SAID if shot.get(key)},
        }
        for shot, shown in kept
    ]
