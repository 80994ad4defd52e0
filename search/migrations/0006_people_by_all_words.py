"""Indexes of all words of people's names, and of user names alone."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("search", "0005_rekey")]
    operations = [
        AddIndexConcurrently(
            "persondocument", GinIndex(SearchVector("name", config="simple"), name="people_by_all_words")
        ),
        AddIndexConcurrently(
            "personword",
            models.Index(
                OpClass(models.F("word"), "text_pattern_ops"),
                name="usernames_by_prefix",
                condition=models.Q(is_username=True),
            ),
        ),
    ]
