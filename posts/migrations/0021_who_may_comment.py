"""Who may comment on a post; its card shows that to its author, so a trigger that notes changes of the card looks at it."""

from django.db import migrations, models

FORWARD = """
CREATE TRIGGER post_comments_limited AFTER UPDATE OF comments_from ON posts_post FOR EACH ROW
WHEN (OLD.timeline_id IS NOT NULL AND OLD.comments_from IS DISTINCT FROM NEW.comments_from)
EXECUTE FUNCTION posts_note_changed_post();
"""
BACKWARD = "DROP TRIGGER post_comments_limited ON posts_post;"


class Migration(migrations.Migration):
    dependencies = [("posts", "0020_comment_edits_and_mentions")]
    operations = [
        migrations.AddField(
            model_name="post",
            name="comments_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("everybody", "Everybody"),
                    ("followers", "Followers"),
                    ("people_i_follow", "People I Follow"),
                    ("nobody", "Nobody"),
                ],
                db_default="",
                default="",
                help_text="Who may comment; empty: whom its author's account lets.",
                max_length=16,
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
