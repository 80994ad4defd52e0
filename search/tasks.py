"""What the wiring and the scheduler call. Each may run twice."""

from celery import shared_task

from events.consumers import consumer
from search.actions import explore, people


@consumer()
def index_person(*, user_id: int) -> None:
    """For somebody who registered, or changed their name."""
    people.index_person(user_id=user_id)


@consumer()
def weigh_person(*, follower_id: int, followee_id: int) -> None:
    """For somebody who was followed."""
    people.weigh_person(user_id=followee_id)


@shared_task
def compute_explore() -> None:
    """Anew every few minutes, for posts age."""
    explore.compute_explore()
