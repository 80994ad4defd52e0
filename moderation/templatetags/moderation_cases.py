"""Ways from what can be reported to its cases."""

from typing import Any

from django import template
from django.db.models import Model
from django.template import RequestContext

from moderation.models import Decision
from moderation.subjects import SUBJECTS

register = template.Library()


@register.inclusion_tag("moderation/workbench/case_tools.html", takes_context=True)
def case_tools(context: RequestContext, row: Model) -> dict[str, Any]:
    """A button that opens a case of the row, and links to its cases and decisions; for a decision one that takes it
    back. Nothing for other rows."""
    kinds = {subject.rows().model: kind for kind, subject in SUBJECTS.items()}
    return {
        "kind": kinds.get(type(row)),
        "number": row.pk,
        "decision": Decision.objects.for_display().get(pk=row.pk) if isinstance(row, Decision) else None,
        "csrf_token": context.get("csrf_token"),
    }
