from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0018_rules")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="comments_from",
            field=models.CharField(
                choices=[
                    ("everybody", "Everybody"),
                    ("followers", "Followers"),
                    ("people_i_follow", "People I Follow"),
                    ("nobody", "Nobody"),
                ],
                db_default="everybody",
                default="everybody",
                help_text="Who may comment, where a post says nothing else.",
                max_length=16,
            ),
        ),
    ]
