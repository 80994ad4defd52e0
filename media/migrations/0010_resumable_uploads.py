import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("media", "0009_archives")]
    operations = [
        migrations.AddField(
            model_name="directupload",
            name="offset",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="Bytes that arrived in parts."),
        ),
        migrations.CreateModel(
            name="UploadPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("offset", models.PositiveBigIntegerField(help_text="Where in the file it begins.")),
                ("size", models.PositiveBigIntegerField(help_text="Bytes.")),
                ("key", models.CharField(max_length=128, unique=True)),
                ("upload", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="media.directupload")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("upload", "offset"), name="one_part_per_place")]},
        ),
    ]
