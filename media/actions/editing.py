"""What owners do with their media: describe and delete them."""

from django.db import transaction
from django.utils import timezone

from api.problems import Problem
from events import actions as events
from media.models import Media
from media.uses import uses_of


@transaction.atomic
def edit_alt_text(*, media: Media, alt_text: str) -> Media:
    """Sets the alt text of a media."""
    media.alt_text = alt_text
    media.save(update_fields=["alt_text"])
    events.record("alt_text_edited", media_id=media.pk)
    return media


def delete(*, media: Media) -> None:
    """Marks a media as deleted. The bytes stay for the grace period; `media_in_use`, which names by what, while
    attached."""
    with transaction.atomic():
        row = Media.objects.select_for_update().get(pk=media.pk)
        if row.references:
            used_by = uses_of(media.pk)
            shown = ", ".join(f"{use['type']} {use['id']}" for use in used_by)
            raise Problem("media_in_use", shown and f"It is shown by {shown}", used_by=used_by)
        row.deleted_at = row.deleted_at or timezone.now()
        row.save(update_fields=["deleted_at"])
