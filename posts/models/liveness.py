"""When a post is live, as one SQL condition."""

from django.db.models import Q


def live_q(path: str = "") -> Q:
    """The condition "this post is live", on the relation `path` (empty: the row itself)."""
    prefix = f"{path}__" if path else ""
    return Q(
        **{
            f"{prefix}timeline_id__isnull": False,
            f"{prefix}archived_at__isnull": True,
            f"{prefix}deleted_at__isnull": True,
            f"{prefix}removed_at__isnull": True,
        }
    )
