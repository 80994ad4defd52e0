"""Where renditions are fetched."""

from media.models import Media


def smallest_url(media: Media, *, private: bool = False) -> str | None:
    """The address of the smallest rendition."""
    return None
