"""What an operator mends."""

from django.db import transaction

from operations.counters import Difference


@transaction.atomic
def mend(*, difference: Difference) -> None:
    """Sets the counter to the number of rows there are now.

    Under the lock of the row that has it: whoever is about to move it has rows that are not committed yet, hence not
    counted here, and moves it afterwards.
    """
    counter = difference.counter
    row = counter.owners.filter(pk=difference.owner_id).select_for_update(no_key=True, of=("self",))
    if row.exists():
        _, _, truth = counter.counted_now().get(pk=difference.owner_id)
        counter.owners.filter(pk=difference.owner_id).update(**{counter.field: truth})
