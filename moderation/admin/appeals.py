"""Appeals: what owners say against decisions, to be decided by somebody else."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import Truncator
from django.views.decorators.http import require_GET, require_POST
from rest_framework.exceptions import APIException

from api.admin_links import linked
from api.problems import Invalid
from moderation import actions
from moderation.admin.answers import answer, moderator_of, words_of
from moderation.admin.contents import contents_of
from moderation.admin.impartial import ImpartialAdmin
from moderation.limits import MAX_NOTE_LENGTH
from moderation.models import Appeal, Case
from moderation.roles import may_moderate

PAGE = 50


@admin.register(Appeal)
class AppealAdmin(ImpartialAdmin):
    """All appeals are a list as all others; those to be decided are a queue."""

    owner_path = "person_id"
    list_display = ("words", linked("person"), "state", "created_at", "decided_at")
    list_filter = ("state", "created_at")
    list_select_related = ("person",)
    search_fields = ("id", "decision", "person__username")
    search_help_text = "A user name, or the id of an appeal or decision"

    @admin.display(description="text")
    def words(self, appeal: Appeal) -> str:
        return Truncator(appeal.text).chars(120)

    def get_urls(self) -> list[URLPattern]:
        def row(route: str, view: Any, name: str) -> Any:
            return path(f"{route}/", self.admin_site.admin_view(view), name=f"moderation_{name}")

        own = [
            row("queue", self.queue, "appeals"), row("<int:appeal_id>/decide", self.decide, "decide_appeal"),
            row("<int:appeal_id>/content", self.content, "content_of_appeal"),
        ]  # fmt: skip
        return own + super().get_urls()

    @method_decorator(require_GET)
    def queue(self, request: HttpRequest) -> HttpResponse:
        """The oldest that the moderator may decide; what is not public is shown when it is asked for."""
        moderator = moderator_of(request)
        rows = Appeal.objects.to_be_decided_by(moderator).select_related("person", "decision")
        appeals = list(rows[: PAGE + 1])
        cases = Case.objects.of_appeals(appeals[:PAGE])
        contents = contents_of(cases.values())
        items = [(one, cases[one.pk], contents[cases[one.pk].pk]) for one in appeals[:PAGE]]
        own = Appeal.objects.open().filter(first_moderator_id=moderator.pk)[: PAGE + 1].count()
        return self._page(
            request,
            "moderation/workbench/appeals.html",
            {"title": "Appeals", "items": items, "has_next": len(appeals) > PAGE, "own": own},
        )

    @method_decorator(require_GET)
    def content(self, request: HttpRequest, appeal_id: int) -> HttpResponse:
        """A fragment: what an appeal is about, after the look was written down."""
        moderator = moderator_of(request)
        appeal: Appeal = self.get_object(request, str(appeal_id))
        try:
            actions.record_look_for_appeal(moderator=moderator, appeal_id=appeal.pk)
        except APIException as refused:
            return HttpResponse(words_of(refused), status=refused.status_code, content_type="text/plain; charset=utf-8")
        case = Case.objects.of_appeals([appeal])[appeal.pk]
        content = contents_of([case])[case.pk]
        return TemplateResponse(request, "moderation/workbench/content.html", {"content": content, "case": case})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        appeal: Appeal = self.get_object(request, object_id)
        if not self.has_view_permission(request, appeal):
            raise PermissionDenied
        case = Case.objects.of_appeals([appeal])[appeal.pk]
        context = {
            "title": "Appeal", "appeal": appeal, "decision": appeal.decision,
            "case": case if case.pk != appeal.pk else None, **self._to_decide(request, appeal, case),
        }  # fmt: skip
        return self._page(request, "moderation/workbench/appeal.html", context)

    def _to_decide(self, request: HttpRequest, appeal: Appeal, case: Case) -> dict[str, Any]:
        viewer: Any = request.user
        if not may_moderate(viewer):
            return {}
        rights = {
            "is_theirs": appeal.first_moderator_id == viewer.pk and appeal.state == Appeal.State.OPEN,
            "may_decide": appeal.may_be_decided_by(viewer),
        }
        try:
            actions.record_look_for_appeal(moderator=viewer, appeal_id=appeal.pk)
        except APIException as refused:
            return {**rights, "refused": words_of(refused)}
        return {**rights, "content": contents_of([case])[case.pk]}

    @method_decorator(require_POST)
    def decide(self, request: HttpRequest, appeal_id: int) -> HttpResponse:
        moderator = moderator_of(request)
        given = request.POST.get("action", "")
        note = request.POST.get("note", "").strip()[:MAX_NOTE_LENGTH]

        def write() -> Any:
            if given not in {"grant", "refuse"}:
                raise Invalid("action", "invalid", "An appeal is granted or refused.")
            return actions.decide_appeal(moderator=moderator, appeal_id=appeal_id, granted=given == "grant", note=note)

        done = "Granted: the decision was taken back." if given == "grant" else "Refused: the decision stands."
        return answer(request, write, done, reverse("admin:moderation_appeals"))

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.model._meta, **context}
        return TemplateResponse(request, template, whole)
