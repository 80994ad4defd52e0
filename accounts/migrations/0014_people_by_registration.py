from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0013_random_ids")]
    operations = [
        AddIndexConcurrently(model_name="user", index=models.Index(fields=["created_at"], name="user_created")),
    ]
