"""Words that somebody does not want to read under their posts."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from posts.limits import MAX_HIDDEN_WORD_LENGTH


class HiddenWordsQuerySet(models.QuerySet["HiddenWords"]):
    def of(self, person: AbstractBaseUser) -> list[str]:
        """The person's words, as they wrote them."""
        return list(self.filter(person=person.pk).values_list("words", flat=True).first() or [])


class HiddenWords(models.Model):
    """A person's list. Comments that others write under the person's posts are judged by it as they are written."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="hidden_words"
    )
    words = ArrayField(models.CharField(max_length=MAX_HIDDEN_WORD_LENGTH), default=list)
    objects = HiddenWordsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "hidden words"

    def __str__(self) -> str:
        return f"hidden words of {self.person_id}"
