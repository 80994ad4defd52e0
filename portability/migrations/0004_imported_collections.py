from django.db import migrations, models


class Migration(migrations.Migration):
    lint_waivers = {
        "changing-column-type": "a longer varchar: nothing is rewritten or checked",
    }
    dependencies = [("portability", "0003_import_error_codes")]
    operations = [
        migrations.AlterField(
            model_name="importitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("media", "Media"),
                    ("post", "Post"),
                    ("story", "Story"),
                    ("highlight", "Highlight"),
                    ("collection", "Collection"),
                ],
                max_length=16,
            ),
        ),
    ]
