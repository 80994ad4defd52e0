"""Authors with so many followers that their posts are pulled when a feed is read."""

from typing import Self

from django.conf import settings
from django.db import models


class PulledAuthorQuerySet(models.QuerySet["PulledAuthor"]):
    def current(self) -> Self:
        """Whose posts are not pushed now."""
        return self.filter(ended_at__isnull=True)


class PulledAuthor(models.Model):
    """An author whose posts are not pushed to each feed, but pulled when one is read.

    The row stays after `ended_at`: a feed that was built before `number` was given may lack what was not pushed since.
    """

    author = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    number = models.BigIntegerField(unique=True, help_text="Grows with each beginning, in the order of commits.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Since when the posts are pushed again.")
    objects = PulledAuthorQuerySet.as_manager()

    def __str__(self) -> str:
        return f"posts of {self.author_id} are pulled"
