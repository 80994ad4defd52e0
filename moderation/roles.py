"""Who may moderate. The groups are made by moderation/defaults.py."""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Permission
from django.db.models import Q

from accounts.models import User

PERMISSION = "moderation.moderate"


def may_moderate(person: User) -> bool:
    """Whether somebody has a role that decides cases, and is there to do it. It is worth nothing in the API."""
    return person.is_active and person.is_staff and person.has_perm(PERMISSION)


def ranks(people: Iterable[User]) -> dict[int, int]:
    """Of each person, by one query: 0 for whoever has nothing to do with the admin, 1 for moderators and all others who
    are let in, 2 for administrators, 3 for superusers; also while they are suspended."""
    people = list(people)
    staff = [one.pk for one in people if one.is_staff and not one.is_superuser]
    given = Permission.objects.filter(content_type__app_label="accounts", codename="change_user")
    held = Q(user_permissions__in=given) | Q(groups__permissions__in=given)
    rows = User.objects.get_queryset().filter(held, pk__in=staff) if staff else User.objects.none()
    administrators = set(rows.values_list("pk", flat=True))
    return {one.pk: 3 if one.is_superuser else 2 if one.pk in administrators else int(one.is_staff) for one in people}


def may_decide_about(moderator: User, person: User, ranks: Mapping[int, int]) -> bool:
    """Whether a moderator may decide about somebody's account: not of the staff who have as many rights, for one
    moderator could keep another from deciding on an appeal. Superusers may about everybody else."""
    return moderator.is_superuser or not 0 < ranks[person.pk] >= ranks[moderator.pk]
