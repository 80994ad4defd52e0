"""Search keys of tags and places without what joins the parts of a name. Cut short, it may be run again."""

from django.db import migrations

from api.search_key import name_key

BATCH = 1000


def rekey(apps, schema_editor):
    for model in (apps.get_model("posts", "Tag"), apps.get_model("posts", "Place")):
        after = -1
        while batch := list(model.objects.filter(pk__gt=after).order_by("pk")[:BATCH]):
            changed = [row for row in batch if row.search_key != name_key(row.normalized_name)]
            for row in changed:
                row.search_key = name_key(row.normalized_name)
            model.objects.bulk_update(changed, ["search_key"])
            after = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("posts", "0011_labels_without_names")]
    operations = [migrations.RunPython(rekey, migrations.RunPython.noop)]
