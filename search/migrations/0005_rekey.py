"""Words of posts and people cut anew: don't is also dont, e-mail email, jose.garcia josegarcia.

Only rows that are there are written: what has none yet is found by `reindex`. Each batch is a transaction of its own; cut short, it
may be run again.
"""

from django.db import migrations, transaction

from search.people.names import entries_for
from search.posts.vectors import vector_of

BATCH = 500


def cut_posts(apps, schema_editor):
    documents = apps.get_model("search", "SearchDocument").objects
    after = 0
    while batch := list(documents.filter(pk__gt=after).select_related("post").order_by("pk")[:BATCH]):
        words = _words_of(apps, [document.pk for document in batch])
        for document in batch:
            post, (tags, alt_texts) = document.post, words[document.pk]
            document.vector = vector_of(
                author_id=post.author_id, tags=tags, caption=post.caption, place=post.place_name, alt_texts=alt_texts
            )
        documents.bulk_update(batch, ["vector"])
        after = batch[-1].pk


def _words_of(apps, ids):
    found = {pk: ([], []) for pk in ids}
    tags = apps.get_model("posts", "PostTag").objects.filter(post__in=ids).order_by("position")
    for pk, name in tags.values_list("post", "name"):
        found[pk][0].append(name)
    items = apps.get_model("posts", "PostMedia").objects.filter(post__in=ids).order_by("position")
    for pk, alt_text in items.values_list("post", "media__alt_text"):
        found[pk][1].append(alt_text)
    return found


def cut_people(apps, schema_editor):
    documents, words = (apps.get_model("search", name).objects for name in ("PersonDocument", "PersonWord"))
    after = 0
    while batch := list(documents.filter(pk__gt=after).select_related("user").order_by("pk")[:BATCH]):
        people = {document.pk: document for document in batch}
        rows = [
            words.model(document_id=pk, word=word, is_username=whole, weight=document.weight)
            for pk, document in people.items()
            for word, whole in entries_for(username=document.user.username, name=document.user.name).items()
        ]
        with transaction.atomic():
            words.filter(document__in=list(people)).delete()
            words.bulk_create(rows)
        after = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("accounts", "0003_failed_log_ins"),
        ("media", "0001_originals"),
        ("posts", "0012_keys_of_names"),
        ("search", "0004_documents"),
    ]
    operations = [
        migrations.RunPython(cut_posts, migrations.RunPython.noop),
        migrations.RunPython(cut_people, migrations.RunPython.noop),
    ]
