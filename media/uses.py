"""What shows a media, told by the apps that do: they stand above this one, and say so when they are loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

MAX_TOLD = 20


@dataclass(frozen=True)
class Use:
    """Rows of `model` refer to a media by `media`; the thing of this `type` that shows it is the one at `subject`."""

    type: str
    model: str
    media: str
    subject: str = "pk"
    only: Mapping[str, Any] = field(default_factory=dict)
    """Which of the rows, as a filter."""


USES: list[Use] = []


def register(use: Use) -> None:
    """Called once by the app's configuration."""
    USES.append(use)


def uses_of(media_id: int) -> list[dict[str, str]]:
    """Type and id of what shows the media, at most `MAX_TOLD`."""
    found: list[dict[str, str]] = []
    for use in USES:
        rows = apps.get_model(use.model)._base_manager.filter(**{use.media: media_id}, **use.only)
        ids = rows.order_by(use.subject).values_list(use.subject, flat=True)[: MAX_TOLD - len(found)]
        found += [{"type": use.type, "id": str(pk)} for pk in ids]
    return found
