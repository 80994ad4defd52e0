import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("posts", "0023_places_of_replies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="HiddenWords",
            fields=[
                ("person", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="hidden_words", serialize=False, to=settings.AUTH_USER_MODEL)),
                ("words", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), default=list, size=None)),
            ],
            options={"verbose_name_plural": "hidden words"},
        ),
        migrations.AddField(
            model_name="comment",
            name="hidden_for",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The post's author, if it has one of their hidden words and was not approved.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        AddIndexConcurrently(
            model_name="comment",
            index=models.Index(
                fields=["hidden_for", "-id"],
                name="hidden_comments",
                condition=models.Q(("hidden_for__isnull", False)),
            ),
        ),
    ]
