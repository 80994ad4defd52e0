import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_notifications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="inbox",
            name="digest",
            field=models.CharField(
                choices=[("off", "Off"), ("daily", "Daily"), ("weekly", "Weekly")], db_default="off", default="off", max_length=8
            ),
        ),
        migrations.AddField(model_name="inbox", name="digest_due_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            model_name="inbox",
            name="digest_id",
            field=models.BigIntegerField(db_default=0, default=0, help_text="Causes up to this one were mailed."),
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("address", models.EmailField(max_length=256)),
                ("every", models.CharField(help_text="day or week", max_length=8)),
                ("after_id", models.BigIntegerField(help_text="What is newer than this cause is new.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("held_until", models.DateTimeField(blank=True, help_text="A worker is sending it, until then at most.", null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_at", models.DateTimeField(blank=True, help_text="Nothing to say, nobody to send it to, or refused.", null=True)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="digests", to=settings.AUTH_USER_MODEL)),
            ],
            options={"indexes": [models.Index(fields=["created_at"], name="digests_by_age")]},
        ),
    ]
