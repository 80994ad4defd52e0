from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    lint_waivers = {"ban-drop-not-null": "no older code reads whose case a look was on account of"}
    dependencies = [("moderation", "0002_append_only")]
    operations = [
        migrations.AlterField("look", "case_id", models.BigIntegerField(blank=True, null=True)),
        AddIndexConcurrently("report", models.Index(fields=["category", "-id"], name="reports_by_category")),
        AddIndexConcurrently("report", models.Index(fields=["subject_type", "-id"], name="reports_by_kind")),
        AddIndexConcurrently("report", models.Index(fields=["state", "-id"], name="reports_by_state")),
        AddIndexConcurrently("case", models.Index(fields=["subject_type", "-id"], name="cases_by_kind")),
        AddIndexConcurrently("case", models.Index(fields=["state", "-id"], name="cases_by_state")),
        AddIndexConcurrently("decision", models.Index(fields=["action", "-id"], name="decisions_by_action")),
        AddIndexConcurrently("decision", models.Index(fields=["subject_type", "-id"], name="decisions_by_kind")),
        AddIndexConcurrently("decision", models.Index(fields=["-id"], name="decisions_of_rules", condition=models.Q(("automatic", True)))),
    ]
