from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("accounts", "__first__"), ("posts", "__first__")]
    operations = [TrigramExtension()]
