"""Pictures of media in the admin's lists; each reads prefetched renditions."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from media.media_urls import smallest_url
from media.models import Media

MAX_IN_A_ROW = 4


def thumbnail(media: Media) -> SafeString:
    """The smallest picture of a media, or its state if there is none yet."""
    address = smallest_url(media, private=True)
    if address is None:
        return format_html("<span>{}</span>", media.state)
    return format_html('<img src="{}" alt="{}" height="60" loading="lazy">', address, media.alt_text)


def thumbnails(media: Iterable[Media]) -> SafeString:
    """The first four, side by side."""
    return format_html_join(" ", "{}", ((thumbnail(one),) for one in list(media)[:MAX_IN_A_ROW]))
