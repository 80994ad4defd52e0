from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

from api.words import Words


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("stories", "0004_highlights_taken_down")]
    operations = [
        AddIndexConcurrently("highlight", GinIndex(Words("title"), name="words_of_highlights")),
    ]
