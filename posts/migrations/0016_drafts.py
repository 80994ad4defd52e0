from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("posts", "0015_sensitive")]
    operations = [
        migrations.AddField(
            model_name="post",
            name="is_draft",
            field=models.BooleanField(db_default=False, default=False, help_text="Held back by its author."),
        ),
        AddConstraintNotValid(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=Q(is_draft=False) | Q(timeline_id__isnull=True), name="drafts_are_not_published"
            ),
        ),
    ]
