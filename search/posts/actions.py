"""Keeping the words of posts. Repeated, it writes the same rows."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from posts.models import Post, PostMedia, PostTag
from search.models import SearchDocument
from search.posts.vectors import vector_of


@transaction.atomic
def index_posts(*, post_ids: Sequence[int]) -> int:
    """Writes the words of these posts anew, and forgets those that are gone for good. Says how many have words.

    Posts that are archived, in the trash or taken down keep theirs: they may come back, and nobody is shown them.
    The posts are locked meanwhile, so that of two tasks the later one has the last word.
    """
    # Locked by itself: a join could still read what stood there before the lock was had.
    published = Post.objects.locked().filter(pk__in=post_ids, timeline_id__isnull=False, purged_at__isnull=True)
    found = list(published.order_by("pk").values_list("pk", flat=True))
    SearchDocument.objects.filter(post__in=set(post_ids) - set(found)).delete()
    SearchDocument.objects.bulk_create(
        [document_of(post=post) for post in _with_words(found)],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["timeline_id", "vector", "indexed_at"],
    )
    return len(found)


def posts_of_media(*, media_id: int) -> list[int]:
    """The posts whose words include the media's alternative text."""
    return list(PostMedia.objects.filter(media=media_id).order_by("post").values_list("post", flat=True))


def document_of(*, post: Post) -> SearchDocument:
    """The row of a post that has been read with its words."""
    assert post.timeline_id is not None
    vector = vector_of(
        author_id=post.author_id,
        tags=[row.name for row in post.post_tags.all()],
        caption=post.caption,
        place=post.place_name,
        alt_texts=[item.media.alt_text for item in post.items.all()],
    )
    return SearchDocument(post=post, timeline_id=post.timeline_id, vector=vector, indexed_at=timezone.now())


def _with_words(post_ids: Sequence[int]) -> list[Post]:
    return list(
        Post.objects.filter(pk__in=post_ids)
        .order_by("pk")
        .prefetch_related(
            Prefetch("items", PostMedia.objects.order_by("position").select_related("media")),
            Prefetch("post_tags", PostTag.objects.order_by("position")),
        )
    )
