from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("posts", "0018_publish_at")]
    operations = [
        ValidateConstraint(model_name="post", name="drafts_alone_are_scheduled"),
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(
                fields=["publish_at"], name="posts_to_publish", condition=Q(publish_at__isnull=False)
            ),
        ),
    ]
