"""What people said and were told, of which a world has none: comments under one post, and some authors' notifications.

Made once, when lists are measured. Counts of comments and of posts' likes follow, so that an audit finds them equal to
the rows; likes of comments are counts alone.
"""

from django.db import connection
from django.db.models import F, Model

from accounts.models import User
from api.ids import generate_ids
from devtools.bench.feed.world.sizes import Size
from notifications.models import Cause, Kind, Notification
from posts.models import Comment, Post, Reaction

COMMENTS = 10_000
EACH_HIDDEN = 20  # one in so many, by the hidden words of the post's author
NOTIFIED = 20  # authors
OF_EACH = 22  # notifications: more than a page
LIKERS = [120, 40, 12, 3]  # of the posts, in turn


def commented_post(size: Size) -> int:
    """A post that all may see, with many comments."""
    posts = Post.objects.live().filter(author__is_private=False, author__lte=size.people)
    many = min(COMMENTS, size.people) // 2  # the part `writes` comments on others, too
    found = posts.filter(comments_count__gte=many).order_by("-comments_count", "pk").first()
    return found.pk if found is not None else _comment(posts.order_by("-timeline_id")[0], size)


def _comment(post: Post, size: Size) -> int:
    people = [number for number in range(1, min(COMMENTS, size.people) + 1) if number != post.author_id]
    comments = [
        Comment(pk=pk, post=post, author_id=number, text=f"said {number}", likes_count=number % 97 * (number % 3 == 0),
                hidden_for_id=post.author_id if number % EACH_HIDDEN == 0 else None)
        for pk, number in zip(generate_ids(len(people)), people, strict=True)
    ]  # fmt: skip
    Comment.objects.bulk_create(comments, batch_size=2000)
    shown = sum(one.hidden_for_id is None for one in comments)
    Post.objects.filter(pk=post.pk).update(comments_count=shown)
    _analyze(Comment)
    return int(post.pk)


def notified_people(size: Size) -> list[int]:
    """Those who post most, with notifications of up to 120 likes each: more than a page, if they have so many posts."""
    people = User.objects.filter(is_private=False, pk__lte=size.people).order_by("-posts_count", "pk")
    authors = list(people.values_list("pk", flat=True)[:NOTIFIED])
    if sum([_notify(author, size) for author in authors]):
        _analyze(Notification, Cause)
    return authors


def _notify(author: int, size: Size) -> int:
    """How many notifications were new."""
    posts = list(
        Post.objects.live().filter(author=author).order_by("-timeline_id").values_list("pk", flat=True)[:OF_EACH]
    )
    known = set(Notification.objects.filter(post__in=posts).values_list("post", flat=True))
    new = [(post, LIKERS[place % len(LIKERS)]) for place, post in enumerate(posts) if post not in known]
    for post, count in new:
        _like(
            post, author, [number for number in range(1, min(count, size.people - 1) + 2) if number != author][:count]
        )
    return len(new)


def _like(post: int, author: int, fans: list[int]) -> None:
    liked = set(Reaction.objects.filter(post=post, user__in=fans).values_list("user", flat=True))
    likes = [Reaction(user_id=number, post_id=post, kind=Reaction.Kind.LIKE) for number in fans if number not in liked]
    Reaction.objects.bulk_create(likes)
    Post.objects.filter(pk=post).update(likes_count=F("likes_count") + len(likes))
    ids = generate_ids(len(fans))
    told = Notification.objects.create(
        recipient_id=author, kind=Kind.LIKE, subject_id=post, post_id=post, epoch=0, newest_id=ids[-1]
    )
    Cause.objects.bulk_create(
        Cause(pk=pk, notification=told, actor_id=number) for pk, number in zip(ids, fans, strict=True)
    )


def _analyze(*models: type[Model]) -> None:
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
