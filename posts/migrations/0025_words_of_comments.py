from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

from api.words import Words


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("posts", "0025_reactions_of_person")]
    operations = [
        AddIndexConcurrently("comment", GinIndex(Words("text"), name="words_of_comments")),
    ]
