from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("social", "0005_newest_followees")]
    operations = [
        AddIndexConcurrently(
            model_name="follow",
            index=models.Index(
                condition=models.Q(("accepted_at__isnull", True)),
                fields=["follower", "id"],
                name="sent_follow_requests",
            ),
        ),
    ]
