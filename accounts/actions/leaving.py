"""Going away for a while, and coming back."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from api.problems import Invalid


def deactivate(*, user: User, password: str) -> None:
    """Hides the person and all of theirs from everybody, and logs out everywhere. They come back by logging in."""
    if not user.check_password(password):
        raise Invalid("password", "wrong", "This is not your password.")
    User.objects.get_queryset().active().filter(pk=user.pk).update(
        deactivated_at=timezone.now(), token_version=F("token_version") + 1
    )


@transaction.atomic
def reactivate(*, user: User) -> User:
    """Shows the person and all of theirs again. Repeated, it changes nothing."""
    row = User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    row.deactivated_at = None
    row.save(update_fields=["deactivated_at"])
    return row
