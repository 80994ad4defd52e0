"""What the version of a post's card is made of."""

from django.db import models

from api.ids import IdField


class PostChange(models.Model):
    """Something that a published post shows was changed: in its own row, its media, its tags or its place.

    Triggers of PostgreSQL write these rows, in the transaction of the change, whoever makes it. They are only ever
    added, so nobody waits for anybody; their sum is the version under which the post's card is kept.
    """

    id = IdField()
    # PostgreSQL itself removes them with the post (see the migration): its triggers add some while Django deletes.
    post = models.ForeignKey(
        "posts.Post", on_delete=models.DO_NOTHING, related_name="changes", db_constraint=False, db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["post", "id"], name="changes_of_post")]

    def __str__(self) -> str:
        return f"change of post {self.post_id}"
