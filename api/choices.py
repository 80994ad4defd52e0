"""Choices of columns."""

import enum

from django.db import models


class Choices(models.TextChoices):
    """Choices with labels in sentence case ("Log in"), where Django's are in title case; those that are given stay."""

    @enum.property
    def label(self) -> str:
        words = self.name.replace("_", " ")
        given = str(self._label_)
        return words.capitalize() if given == words.title() else given
