"""Versions of people's cards."""

from django.db import models
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Cast

from accounts.models.people import User
from api.ids import IdField


class PersonChange(models.Model):
    """Something that a person's card shows was changed: in their own row or in their avatar.

    Written by triggers, as posts/models/changes.py:PostChange; the sum is the version of the person's card.
    """

    id = IdField()
    person = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, related_name="changes", db_constraint=False, db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["person", "id"], name="changes_of_person")]

    def __str__(self) -> str:
        return f"change of person {self.person_id}"


def card_version(person: str = "pk") -> Subquery:
    """The version of the card of the person at this path, for an annotation; null if nothing was changed yet."""
    changes = PersonChange.objects.filter(person=OuterRef(person)).order_by().values("person")
    total = changes.annotate(total=Cast(Sum("id"), models.TextField())).values("total")
    return Subquery(total, output_field=models.CharField())
