"""Whom somebody followed last, from an index alone."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("social", "0004_close_friends")]
    operations = [
        AddIndexConcurrently(
            "follow",
            models.Index(
                fields=["follower", "id"],
                name="newest_accepted_followees",
                condition=models.Q(accepted_at__isnull=False),
                include=["followee"],
            ),
        ),
        RemoveIndexConcurrently("follow", "accepted_followees_in_order"),
    ]
