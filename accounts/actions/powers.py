"""Who may use the admin, and who may do everything there. Roles are groups."""

from accounts.models import User


def hand_out_power(*, user_id: int, is_staff: bool, is_superuser: bool) -> None:
    """Lets the person into the admin (`is_staff`), with every right there (`is_superuser`), or no longer."""
    User.objects.get_queryset().filter(pk=user_id).update(is_staff=is_staff, is_superuser=is_superuser)
