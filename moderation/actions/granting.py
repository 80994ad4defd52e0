"""Roles of people."""

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User
from moderation.defaults import ADMINISTRATORS


@transaction.atomic
def join_administrators(*, person: User) -> None:
    """Puts somebody into the group of administrators. Repeated, it changes nothing."""
    person.groups.add(Group.objects.get(name=ADMINISTRATORS))
