"""Comments that may be edited, and whom they name. Those there are get their mentions; cut short, it may be run again."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models, transaction

from posts.captions import names_in
from posts.limits import MAX_MENTIONS

BATCH = 500


def note_mentions(apps, schema_editor):
    Comment, CommentMention = apps.get_model("posts", "Comment"), apps.get_model("posts", "CommentMention")
    User, after = apps.get_model("accounts", "User"), 0
    naming = Comment.objects.filter(text__regex="[@＠﹫]", deleted_at__isnull=True, removed_at__isnull=True)
    while batch := list(naming.filter(pk__gt=after).order_by("pk")[:BATCH]):
        named = {comment.pk: names_in(comment.text) for comment in batch}
        people = dict(User.objects.filter(username__in={*sum(named.values(), [])}).values_list("username", "pk"))
        mentions = [
            CommentMention(comment_id=pk, user_id=people[name], name=name)
            for pk, names in named.items()
            for name in [name for name in names if name in people][:MAX_MENTIONS]
        ]
        with transaction.atomic():
            CommentMention.objects.bulk_create(mentions, ignore_conflicts=True)
        after = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("posts", "0019_posts_to_publish"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="comment",
            name="edited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="CommentMention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="As the comment has it, of the time it was said.", max_length=30)),
                ("comment", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="posts.comment")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="comment_mentions", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("comment", "user"), name="no_mention_twice_in_a_comment")
                ],
            },
        ),
        migrations.RunPython(note_mentions, migrations.RunPython.noop),
    ]
