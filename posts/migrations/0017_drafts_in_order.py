from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("posts", "0016_drafts")]
    operations = [
        ValidateConstraint(model_name="post", name="drafts_are_not_published"),
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(fields=["author", "-id"], name="drafts_of_author", condition=Q(is_draft=True)),
        ),
    ]
