"""What people change of themselves."""

import functools
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.actions.addresses import tell_of_new_password
from accounts.actions.rules import Attempt, Try, check_names
from accounts.models import User
from api.compiled import CompiledWrite
from api.problems import Invalid, Problem
from events.actions import record
from media.actions import attach, release
from media.models import Media


def update_profile(*, user: User, **changes: Any) -> User:
    """Changes what the person may change themselves. `Invalid` for a name with a blocked word."""
    if changes.get("name", user.name) != user.name:
        check_names(what=Try(Attempt.NAME_CHANGE, user=user), name=changes["name"])
    with transaction.atomic():
        locked = User.objects.get_queryset().select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
        opens = locked.is_private and changes.get("is_private") is False
        renames = changes.get("name", locked.name) != locked.name
        for field, value in changes.items():
            setattr(locked, field, value)
        if changes:
            locked.save(update_fields=list(changes))
        if opens:
            record("account_opened", user_id=locked.pk)
        if renames:
            record("profile_changed", user_id=locked.pk)
    return locked


def set_avatar(*, user: User, media_id: int | None) -> User:
    """Shows one of the person's photos as their avatar, or none.

    Raises `Invalid` for what is no photo of theirs, and `Problem("media_processing")` for one that is not ready.
    """
    with transaction.atomic():
        locked = User.objects.get_queryset().select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
        before = locked.avatar_id
        if before == media_id:
            return locked
        locked.avatar = _attached_photo(user, media_id) if media_id is not None else None
        locked.save(update_fields=["avatar"])
        if before is not None:
            release(media_ids=[before])
    return locked


def _attached_photo(user: User, media_id: int) -> Media:
    media = attach(owner=user, media_ids=[media_id])[0]
    if media.kind != Media.Kind.PHOTO:
        raise Invalid("media", "not_a_photo", "An avatar is a photo")
    if media.state != Media.State.READY:
        raise Problem("media_processing")
    return media


def change_password(*, user: User, old: str, new: str) -> None:
    """A new password ends every session, also those begun while this one was checked."""
    if not user.check_password(old):
        raise Invalid("old_password", "wrong", "This is not your password.")
    user.set_password(new)
    user.token_version = F("token_version") + 1
    with transaction.atomic():
        user.save(update_fields=["password", "token_version"])
        tell_of_new_password(user=user)
    user.refresh_from_db(fields=["token_version"])


def adjust_posts_count(*, user_id: int, by: int) -> None:
    """Called down from posts, in the transaction that publishes or removes one."""
    _adjusting().rows(user=user_id, by=by)


@functools.cache
def _adjusting() -> CompiledWrite:
    return CompiledWrite(
        "UPDATE accounts_user SET posts_count = greatest(posts_count + %(by)s::int, 0) "
        "WHERE id = %(user)s::bigint RETURNING id"
    )
