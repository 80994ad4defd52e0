from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("posts", "0027_likes_of_a_post_in_order")]
    operations = [
        AddIndexConcurrently(name, models.Index(F("posts_count").desc(), "id", name=f"{name}s_with_most_posts"))
        for name in ("tag", "place")
    ]
