"""How answers are written: JSON for programs, the browsable API for the people who write them."""

import re
from typing import Any

from rest_framework import renderers


class JSONRenderer(renderers.JSONRenderer):
    """DRF's JSON, in UTF-8 and compact."""

    ensure_ascii = False
    compact = True


class BrowsableRenderer(renderers.BrowsableAPIRenderer):
    """The browsable API: pictures under the answer, no form that would list other people's rows."""

    template = "api/browsable.html"

    def get_context(self, data: Any, accepted_media_type: str | None, renderer_context: Any) -> dict[str, Any]:
        context = super().get_context(data, accepted_media_type, renderer_context)
        context["pictures"] = list(_picture_urls(data))[:60]
        return context

    def get_filter_form(self, data: Any, view: Any, request: Any) -> None:
        """No list here takes filters; DRF would ask views that read no rows for their queryset to find that out."""

    def show_form_for_method(self, view: Any, method: str, request: Any, obj: Any) -> bool:
        if method in {"POST", "PUT", "PATCH"} and getattr(view, "serializer_class", view) is None:
            return False  # DRF would ask the view for the form's serializer, which it does not have
        return bool(super().show_form_for_method(view, method, request, obj))


def name_of(view: Any) -> str:
    """What a page of the browsable API is called: "Posts", "Post", "Follow"; DRF would say "Post List"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub("(ViewSet|View)$", "", type(view).__name__)).capitalize()
    given = getattr(view, "title", None) or getattr(view, "name", None)
    plural = getattr(view, "suffix", None) == "List" and words != "Media"
    return str(given or words + "s" * plural)


def _picture_urls(data: Any) -> Any:
    """The smallest rendition of each media in an answer, for a glance below the JSON."""
    if isinstance(data, dict):
        renditions = data.get("renditions")
        if renditions:
            yield {"url": renditions[0]["url"], "alt": data.get("alt_text") or ""}
            return
        for value in data.values():
            yield from _picture_urls(value)
    elif isinstance(data, list):
        for value in data:
            yield from _picture_urls(value)
