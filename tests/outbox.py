"""Delivering facts in a test, in this process and at once."""

from events.models import Delivery
from events.relay import claim, expand, task_named


def drain() -> int:
    """Runs every task that any recorded fact asks for, until nothing is left; says how many ran.

    Broken tasks raise here instead of being tried again later.
    """
    count = 0
    while True:
        expand()
        due = claim()
        if not due:
            return count
        for delivery_id, task in due:
            task_named(task).run(delivery_id=delivery_id)
            count += 1
            delivery = Delivery.objects.get(pk=delivery_id)
            assert not delivery.last_error, f"{task}: {delivery.last_error}"
