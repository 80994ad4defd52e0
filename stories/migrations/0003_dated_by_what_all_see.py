from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stories", "0002_audience")]
    operations = [
        migrations.AlterField(
            model_name="highlight",
            name="updated_at",
            field=models.DateTimeField(auto_now_add=True),
        ),
    ]
