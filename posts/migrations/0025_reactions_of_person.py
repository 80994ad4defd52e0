from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("posts", "0024_hidden_comments")]
    operations = [
        AddIndexConcurrently(
            model_name="reaction",
            index=models.Index(fields=["user", "kind", "-id"], name="reactions_of_person"),
        ),
    ]
