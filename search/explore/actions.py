"""Computing what explore shows."""

from django.utils import timezone

from search.explore import snapshots
from search.explore.ranking import popular_ids
from search.explore.snapshots import Snapshot


def compute_explore() -> None:
    """A new list of popular posts; if it is the same as the last one, the last one stays, and so do cursors into it."""
    now = timezone.now()
    last = snapshots.read()
    ids = popular_ids(at=now, before=last.ids if last else ())
    same = last is not None and last.ids == ids
    snapshots.write(last if last and same else Snapshot(int(now.timestamp()), ids))
