"""One index for the reactions to a post, the one in their order: of two PostgreSQL takes the other now and then, and
sorts all likes of a post for the newest ones."""

import django.db.models.deletion
from django.db import migrations, models

NAME = "posts_reaction_post_id_897f4c69"  # as Django named it


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("posts", "0026_labels")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "reaction",
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reactions",
                        to="posts.post",
                    ),
                )
            ],
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}",
                    f"CREATE INDEX CONCURRENTLY {NAME} ON posts_reaction (post_id)",
                )
            ],
        )
    ]
