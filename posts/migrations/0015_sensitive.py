"""Whether a post is sensitive; its card shows that, so a trigger that notes changes of the card looks at it."""

from django.db import migrations, models

FORWARD = """
CREATE TRIGGER post_marked AFTER UPDATE OF sensitive, marked_sensitive_at ON posts_post FOR EACH ROW
WHEN (OLD.timeline_id IS NOT NULL
    AND (OLD.sensitive, OLD.marked_sensitive_at) IS DISTINCT FROM (NEW.sensitive, NEW.marked_sensitive_at))
EXECUTE FUNCTION posts_note_changed_post();
"""
BACKWARD = "DROP TRIGGER post_marked ON posts_post;"


class Migration(migrations.Migration):
    dependencies = [("posts", "0014_collections")]
    operations = [
        migrations.AddField(
            model_name='post',
            name='marked_sensitive_at',
            field=models.DateTimeField(blank=True, help_text='When a moderator said so.', null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='sensitive',
            field=models.BooleanField(db_default=False, default=False, help_text='As its author says.'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
