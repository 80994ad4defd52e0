"""What happens to media."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F

from api.problems import Invalid
from media.models import Media


def attach(*, owner: AbstractBaseUser, media_ids: list[int]) -> list[Media]:
    """Counts a reference to each, in the caller's transaction, and answers in the order asked for."""
    rows = {row.pk: row for row in Media.objects.select_for_update().owned_by(owner).filter(pk__in=media_ids)}
    if set(rows) != set(media_ids):
        raise Invalid("media", "not_found", "No such media of yours.")
    Media.objects.filter(pk__in=media_ids).update(references=F("references") + 1)
    return [rows[number] for number in media_ids]


def release(*, media_ids: list[int]) -> None:
    """Takes a reference back from each."""
    Media.objects.filter(pk__in=media_ids, references__gt=0).update(references=F("references") - 1)
