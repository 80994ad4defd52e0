"""What the wiring and the scheduler call. Each may run twice."""

from collections.abc import Mapping, Sequence

from celery import shared_task

from events.actions import note_run
from events.decorators import batch_task, transactional_task
from search.explore import actions as explore
from search.people import actions as people
from search.posts import actions as posts
from search.suggestions import actions as suggestions


@transactional_task()
def index_person(*, user_id: int) -> None:
    """For somebody who registered, or changed their name."""
    people.index_person(user_id=user_id)


@transactional_task()
def purge_person(*, user_id: int) -> None:
    """For somebody who is purged."""
    people.index_person(user_id=user_id)
    suggestions.forget_dismissals(user_id=user_id)


@transactional_task()
def weigh_person(*, follower_id: int, followee_id: int) -> None:
    """For somebody who was followed."""
    people.weigh_person(user_id=followee_id)


@batch_task(most=50)  # likes of these posts wait meanwhile
def index_posts(*, payloads: Sequence[Mapping[str, int]]) -> None:
    """For posts that were published, restored, edited or purged."""
    posts.index_posts(post_ids=[payload["post_id"] for payload in payloads])


@transactional_task()
def index_posts_of_media(*, media_id: int) -> None:
    """For a media whose alternative text says something else."""
    posts.index_posts(post_ids=posts.posts_of_media(media_id=media_id))


@shared_task
def compute_explore() -> None:
    """Anew every few minutes, for posts age."""
    explore.compute_explore()
    note_run(job="explore")
