"""What posts, stories and profiles do with media: show them, stop showing them."""

import functools
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from api.compiled import CompiledWrite, Parameters, any_of, compiled
from api.problems import Invalid
from media.models import Blob, Media


def attach(*, owner: AbstractBaseUser, media_ids: Sequence[int]) -> list[Media]:
    """The person's media in the given order, with one more reference; in the caller's transaction.

    Locks them and their blobs, so that no purge is under way; before that their owner, whom whoever attaches will write
    as well (counts, avatar): people first, then media, or two at once wait for each other. `Invalid("media", …)` for
    one given twice, for one that is not theirs or not there any more, that failed, or that is withheld.
    """
    if len(set(media_ids)) != len(media_ids):
        raise Invalid("media", "duplicate", "A media is named twice")
    lock_owner(owner=owner)
    media_by_id = {media.pk: media for media in _locked().instances(owner=owner.pk, media=media_ids)}
    for media_id in media_ids:
        _check_attachable(media_by_id.get(media_id), media_id)
    _referring().rows(media=media_ids)
    return [media_by_id[media_id] for media_id in media_ids]


def lock_owner(*, owner: AbstractBaseUser) -> None:
    """Locks the person, as `attach` does before their media; in the caller's transaction."""
    _lock().rows(owner=owner.pk)


@compiled
def _lock(given: Parameters) -> QuerySet[Any, Any]:
    people = get_user_model()._base_manager.select_for_update(no_key=True)
    return people.filter(pk=given.id("owner")).values_list("pk")


@compiled
def _locked(given: Parameters) -> QuerySet[Media]:
    rows = Media.objects.owned_by(given.person("owner")).select_related("blob").select_for_update(of=("self", "blob"))
    return rows.filter(any_of("pk", given.ids("media"))).order_by("pk")


@functools.cache
def _referring() -> CompiledWrite:
    return CompiledWrite(
        'UPDATE media_media SET "references" = "references" + 1, released_at = NULL '
        "WHERE id = ANY(%(media)s::bigint[]) RETURNING id"
    )


def lock_owners(*, media_ids: Sequence[int]) -> None:
    """Locks whose they are, before the media, as `attach` does; in the caller's transaction, which may count their
    posts afterwards."""
    owners = Media.objects.filter(pk__in=media_ids).values("owner")
    people = get_user_model()._base_manager.select_for_update(no_key=True, of=("self",))
    list(people.filter(pk__in=owners).order_by("pk").values_list("pk", flat=True))


def _check_attachable(media: Media | None, media_id: int) -> None:
    if media is None or media.blob.state != Blob.State.STORED:
        raise Invalid("media", "not_found", f"You have no media {media_id}")
    if media.withheld:
        raise Invalid("media", "media_taken_down", f"Media {media_id} is in something that was taken down")
    if media.state == Media.State.FAILED:
        raise Invalid("media", "media_failed", f"Media {media_id} could not be processed: {media.error_detail}")


def release(*, media_ids: Sequence[int]) -> None:
    """Takes one reference from each; in the caller's transaction. Their bytes stay for the grace period."""
    lock_owners(media_ids=media_ids)
    rows = Media.objects.filter(pk__in=media_ids)
    rows.update(references=Greatest(F("references") - 1, 0))
    rows.filter(references=0).update(released_at=timezone.now())
