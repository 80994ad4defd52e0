"""Images that are not taken: blocked by somebody, refused without anybody's look, and let through again.

A block is of a file's bytes, or also of whatever looks like it. Nothing that is there already is touched: `media.hits`
lists it, for whoever decides. Locks are taken in the order block, media.
"""

import re
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from api.problems import Invalid, Problem
from events import actions as events
from media.actions.failing import fail
from media.models import BlockedImage, ImageHash, ImageRefusal, Media, kept_bands
from media.processing.kinds import kind_named
from media.processing.perceptual_hash import MIN_QUALITY, PerceptualHash

CODE = "image_refused"
REFUSALS_KEPT_FOR = timedelta(days=90)
_HASH = re.compile(r"[0-9a-f]{64}")


def refuse_image(*, media_id: int, near: bool, reason: str, by: str) -> BlockedImage:
    """Refuses the file of this media from now on and, if `near`, whatever looks like it. Repeated, the same block.

    `Invalid` at `near` if the picture cannot be told by its look. Raises `Media.DoesNotExist`.
    """
    media = Media.objects.select_related("blob").get(pk=media_id)
    found = ImageHash.objects.filter(blob=media.blob_id).first()
    if near:
        _check_tellable(found)
    digits = found.digits if found is not None else ""
    bands = found.bands if found is not None else []
    return _block(sha256=media.blob.sha256, digits=digits, bands=bands, near=near, reason=reason, by=by)


def _check_tellable(found: ImageHash | None) -> None:
    if found is None:
        raise Invalid("near", "no_hash", "The picture has no perceptual hash yet; manage.py hash_images makes it.")
    if not found.bands:
        raise Invalid("near", "too_plain", "The picture is too plain: others would be taken for it.")


def refuse_hash(*, sha256: str = "", digits: str = "", reason: str, by: str) -> BlockedImage:
    """Refuses a file, or near copies of a picture, known by its hash alone: SHA-256, or PDQ of quality 50 or more.

    `Invalid` for what is no hash.
    """
    given = {"sha256": sha256.strip().lower(), "digits": digits.strip().lower()}
    for name, value in given.items():
        if value and not _HASH.fullmatch(value):
            raise Invalid(name, "invalid", "A hash has 64 hexadecimal digits.")
    if not any(given.values()):
        raise Invalid("sha256", "required", "One of the hashes is needed.")
    bands = kept_bands(given["digits"], MIN_QUALITY) if given["digits"] else []
    return _block(**given, bands=bands, near=bool(given["digits"]), reason=reason, by=by)


@transaction.atomic
def _block(*, sha256: str, digits: str, bands: list[int], near: bool, reason: str, by: str) -> BlockedImage:
    """The block of this file or look, made if there is none in force, and widened to near copies if it was not."""
    same = {"sha256": sha256} if sha256 else {"sha256": "", "digits": digits}
    row, is_new = BlockedImage.objects.in_force().get_or_create(
        **same,
        lifted_at=None,
        defaults={"digits": digits, "bands": bands, "near": near, "reason": reason[:256], "by": by[:150]},
    )
    if not is_new and near and not row.near:
        row.near, row.digits, row.bands = True, digits, bands
        row.save(update_fields=["near", "digits", "bands"])
    return row


@transaction.atomic
def allow_image(*, blocked_id: int) -> bool:
    """Takes such images again, and back what was refused because of it; whether anything changed."""
    block = BlockedImage.objects.select_for_update().get(pk=blocked_id)
    if block.lifted_at is not None:
        return False
    block.lifted_at = timezone.now()
    block.save(update_fields=["lifted_at"])
    refused = ImageRefusal.objects.in_force().filter(blocked=block)
    media_ids = list(refused.filter(media__isnull=False).values_list("media", flat=True))
    refused.update(lifted_at=block.lifted_at)
    _process_again(media_ids)
    return True


@transaction.atomic
def take_back_refusal(*, refusal_id: int) -> bool:
    """Lets one file through that was refused; the block stays. Whether anything changed.

    Of a file that was refused when it was sent, its sender may send it again.
    """
    blocked_id = ImageRefusal.objects.values_list("blocked", flat=True).get(pk=refusal_id)
    BlockedImage.objects.select_for_update().get(pk=blocked_id)
    refusal = ImageRefusal.objects.get(pk=refusal_id)
    if refusal.lifted_at is not None:
        return False
    refusal.lifted_at = timezone.now()
    refusal.save(update_fields=["lifted_at"])
    _process_again([refusal.media_id] if refusal.media_id is not None else [])
    return True


def _process_again(media_ids: Iterable[int]) -> None:
    """Has renditions made of what failed as a refused image, unless another block still refuses it."""
    held = ImageRefusal.objects.in_force().filter(media__in=media_ids)
    rows = Media.objects.select_for_update().filter(
        pk__in=media_ids, state=Media.State.FAILED, error_code=CODE, deleted_at__isnull=True
    )
    rows = rows.exclude(pk__in=held.values("media")).order_by("pk")
    for media in rows:
        media.state, media.error_code, media.error_detail = Media.State.PROCESSING, "", ""
        media.tries, media.crashes, media.lease_until, media.retry_at = 0, 0, None, None
        media.turn_at = timezone.now()
        media.save(
            update_fields=[
                "state", "error_code", "error_detail", "tries", "crashes", "lease_until", "retry_at", "turn_at",
            ]
        )  # fmt: skip
        events.record(kind_named(media.kind).received, media_id=media.pk)


def check_sent(*, owner: AbstractBaseUser, sha256: str) -> None:
    """`image_refused` for a file that is blocked, before anything of it is stored."""
    block = BlockedImage.objects.exactly(sha256).unless_waived(owner.pk).first()
    if block is None:
        return
    with transaction.atomic():
        _count_hit(block)
        ImageRefusal.objects.bulk_create(
            [ImageRefusal(blocked=block, owner_id=owner.pk, distance=0)], ignore_conflicts=True
        )
    raise Problem(CODE)


def fail_if_blocked(*, media: Media) -> bool:
    """Ends the processing of a file that was blocked after it was sent; whether it did."""
    block = BlockedImage.objects.exactly(media.blob.sha256).unless_waived(media.owner_id, media.pk).first()
    return block is not None and _refuse(media, block, 0)


def fail_if_near(*, media: Media, found: PerceptualHash | None) -> bool:
    """Keeps what a picture is known by, and ends its processing if near copies of another one are blocked that looks
    like it; whether it did."""
    if found is None:
        return False
    bands = kept_bands(*found)
    ImageHash.objects.bulk_create(
        [ImageHash(blob_id=media.blob_id, digits=found.digits, quality=found.quality, bands=bands)],
        ignore_conflicts=True,
    )
    if not bands:
        return False
    blocks = BlockedImage.objects.of_looks().unless_waived(media.owner_id, media.pk)
    nearest = next(iter(blocks.near(found.digits, settings.NEAR_IMAGE_BITS)), None)
    return nearest is not None and _refuse(media, nearest, nearest.distance)


@transaction.atomic
def _refuse(media: Media, block: BlockedImage, distance: int) -> bool:
    """False if the block was lifted meanwhile."""
    if not BlockedImage.objects.in_force().select_for_update().filter(pk=block.pk).exists():
        return False
    refusal = ImageRefusal(blocked=block, owner_id=media.owner_id, media=media, distance=distance)
    ImageRefusal.objects.bulk_create([refusal], ignore_conflicts=True)
    _count_hit(block)
    fail(media_id=media.pk, code=CODE)
    return True


def _count_hit(block: BlockedImage) -> None:
    BlockedImage.objects.filter(pk=block.pk).update(hits_count=F("hits_count") + 1, last_hit_at=timezone.now())


def forget_refusals() -> int:
    """Removes refusals of a while ago, but for who may send a blocked file nevertheless; says how many."""
    waived = Q(lifted_at__isnull=False, media__isnull=True)
    old = ImageRefusal.objects.filter(created_at__lt=timezone.now() - REFUSALS_KEPT_FOR)
    return old.exclude(waived).delete()[0]
