"""People as search knows them: the search keys of their names, and each word of them."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left


class PersonDocument(models.Model):
    """The search keys of a person's names. `weight` is their popularity in steps of doubling."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    username = models.CharField(max_length=60)
    name = models.TextField()
    weight = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["-weight", "user"], name="popular_people"),
            GinIndex(SearchVector("name", config="simple"), name="people_by_all_words"),
        ]

    def __str__(self) -> str:
        return self.username


def _by_weight(letters: int) -> models.Index:
    """The heaviest of all words with these first letters, without looking at the others."""
    first = Left("word", letters)
    return models.Index("is_username", first, F("weight").desc(), "document", name=f"heaviest_by_{letters}_letters")


class PersonWord(models.Model):
    """A word by which a person is found. Carries the weight, so that one index holds what it orders by."""

    document = models.ForeignKey(PersonDocument, on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=60)
    is_username = models.BooleanField()
    weight = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "word"], name="one_word_per_person")]
        indexes = [
            _by_weight(1),
            _by_weight(2),
            _by_weight(3),
            models.Index(OpClass(F("word"), "text_pattern_ops"), name="words_by_prefix"),
            models.Index(
                OpClass(F("word"), "text_pattern_ops"), name="usernames_by_prefix", condition=Q(is_username=True)
            ),
            GinIndex(OpClass(F("word"), "gin_trgm_ops"), name="words_by_trigrams"),
        ]

    def __str__(self) -> str:
        return f"{self.word} of {self.document_id}"
