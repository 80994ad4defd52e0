"""How many changes a post has, for PostgreSQL's plans; see `accounts/migrations/0023_changes_of_many.py`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("posts", "0028_labels_with_most_posts")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE posts_postchange ALTER post_id SET (n_distinct = -0.5); ANALYZE posts_postchange",
            "ALTER TABLE posts_postchange ALTER post_id RESET (n_distinct)",
        )
    ]
