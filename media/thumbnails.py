"""Pictures and videos of media in the admin; each reads prefetched renditions."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from media.media_urls import media_urls, smallest_url
from media.models import Media

MAX_IN_A_ROW = 3


def thumbnail(media: Media) -> SafeString:
    """A picture for lists (160 pixels at most, by the stylesheet), or the media's state if there is none yet."""
    address = smallest_url(media, private=True)
    if address is None:
        return format_html("<span>{}</span>", media.state)
    kind = "thumbnail video" if media.kind == Media.Kind.VIDEO else "thumbnail"
    words = media.alt_text or f"{media.kind} {media.pk}"
    return format_html('<span class="{}"><img src="{}" alt="{}" loading="lazy"></span>', kind, address, words)


def thumbnails(media: Iterable[Media]) -> SafeString:
    """The first three, side by side."""
    shown = list(media)
    more = format_html(" +{}", len(shown) - MAX_IN_A_ROW) if len(shown) > MAX_IN_A_ROW else ""
    row = format_html_join("", "{}", ((thumbnail(one),) for one in shown[:MAX_IN_A_ROW]))
    return format_html('<span class="thumbnails">{}{}</span>', row, more)


def large(media: Media) -> SafeString:
    """For the media's own page: a photo as large as clients show it, a video to be played."""
    urls = media_urls(media, private=True)
    if urls["url"] is None:
        return format_html("<span>{}</span>", media.state)
    words = media.alt_text or f"{media.kind} {media.pk}"
    if media.kind == Media.Kind.PHOTO:
        return format_html('<a href="{0}"><img class="large" src="{0}" alt="{1}"></a>', urls["url"], words)
    poster = urls["poster"]["url"] if urls["poster"] else ""
    return format_html(
        '<video class="large" controls preload="none" poster="{}" src="{}" aria-label="{}"></video>',
        poster,
        urls["url"],
        words,
    )
