"""Appeals: what owners say against decisions, to be decided by somebody else."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from rest_framework.exceptions import APIException

from api.admin_links import linked
from api.readonly_admin import ReadOnlyAdmin
from moderation import actions
from moderation.admin.answers import answer, moderator_of, words_of
from moderation.admin.contents import contents_of
from moderation.limits import MAX_NOTE_LENGTH
from moderation.models import Appeal, Case
from moderation.roles import may_moderate


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ("text", linked("person"), "state", "created_at", "decided_at")
    list_filter = ("state", "created_at")
    list_select_related = ("person",)
    search_fields = ("id", "decision", "person__username")
    search_help_text = "A user name, or the id of an appeal or decision"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.decide)
        return [path("<int:appeal_id>/decide/", view, name="moderation_decide_appeal"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        appeal: Appeal = self.get_object(request, object_id)
        if not self.has_view_permission(request, appeal):
            raise PermissionDenied
        number = appeal.decision.case_id
        case = Case.objects.filter(pk=number).first() if number is not None else None
        context = {
            **self.admin_site.each_context(request), "opts": self.model._meta, "title": "Appeal", "appeal": appeal,
            "case": case, "decision": appeal.decision, **self._to_decide(request, appeal, case),
        }  # fmt: skip
        return TemplateResponse(request, "moderation/bench/appeal.html", context)

    def _to_decide(self, request: HttpRequest, appeal: Appeal, case: Case | None) -> dict[str, Any]:
        viewer: Any = request.user
        if not may_moderate(viewer):
            return {}
        is_theirs = appeal.first_moderator_id == viewer.pk
        rights = {"is_theirs": is_theirs, "may_decide": appeal.state == Appeal.State.OPEN and not is_theirs}
        if case is None:
            return rights
        try:
            actions.record_look(moderator=viewer, case_id=case.pk)
        except APIException as refused:
            return {**rights, "refused": words_of(refused)}
        return {**rights, "content": contents_of([case])[case.pk]}

    @method_decorator(require_POST)
    def decide(self, request: HttpRequest, appeal_id: int) -> HttpResponse:
        moderator = moderator_of(request)
        granted = request.POST.get("granted") == "yes"
        note = request.POST.get("note", "").strip()[:MAX_NOTE_LENGTH]

        def write() -> Any:
            return actions.decide_appeal(moderator=moderator, appeal_id=appeal_id, granted=granted, note=note)

        done = "Granted: the decision was taken back." if granted else "Refused: the decision stands."
        return answer(request, write, done, reverse("admin:moderation_appeal_changelist") + "?state__exact=open")
