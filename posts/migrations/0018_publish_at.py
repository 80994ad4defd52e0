from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("posts", "0017_drafts_in_order")]
    operations = [
        migrations.AddField(
            model_name="post",
            name="publish_at",
            field=models.DateTimeField(
                blank=True, help_text="When a draft is let go by itself; null: when its author says so.", null=True
            ),
        ),
        AddConstraintNotValid(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=Q(is_draft=True) | Q(publish_at__isnull=True), name="drafts_alone_are_scheduled"
            ),
        ),
    ]
