"""How answers are written: JSON for programs, the browsable API for the people who write them."""

import re
from typing import Any

from django.utils.html import escape
from django.utils.safestring import mark_safe
from rest_framework import renderers
from rest_framework.request import Request, override_method

from api import forms, pages
from api.operation_docs import summary_and_description

CODE = re.compile(r"`([^`]+)`")
BODIES = ("POST", "PUT", "PATCH")
HOPELESS = {401, 403, 404}  # to ask for such a page: no form would get further


class JSONRenderer(renderers.JSONRenderer):
    """DRF's JSON, in UTF-8 and compact."""

    ensure_ascii = False
    compact = True


class BrowsableRenderer(renderers.BrowsableAPIRenderer):
    """The browsable API: cards of what it shows above the answer, forms below it, and where one can go from here."""

    template = "api/browsable.html"
    accepted_media_type: str
    renderer_context: dict[str, Any]

    def get_context(self, data: Any, accepted_media_type: str | None, renderer_context: Any) -> dict[str, Any]:
        context = super().get_context(data, accepted_media_type, renderer_context)
        view, request, status = context["view"], context["request"], context["response"].status_code
        useful = request.method != "GET" or status not in HOPELESS
        context["forms"] = self._forms(data, view, request) if useful else []
        context["deletes"] = useful and self._allowed(view, "DELETE", request)
        context["problem"] = data if status >= 400 and isinstance(data, dict) else None
        context["folded"] = bool(context["problem"] and (context["forms"] or context["deletes"]))
        context["writes"] = [method for method in view.allowed_methods if method not in {"OPTIONS", "HEAD", "GET"}]
        context["cards"] = pages.cards_in(data)
        context["empty"] = isinstance(data, dict) and data.get("results") == [] and not data.get("next")
        context["words"] = _words_of(view)
        context["pages"] = pages.pages_of(data, request)
        context["below"] = pages.below(request) if status < 400 else []
        return context

    def _forms(self, data: Any, view: Any, request: Request) -> list[forms.Form]:
        return [self._form(data, view, request, method) for method in BODIES if self._allowed(view, method, request)]

    def _allowed(self, view: Any, method: str, request: Request) -> bool:
        with override_method(view, request, method) as asked:
            return bool(self.show_form_for_method(view, method, asked, None))

    def _form(self, data: Any, view: Any, request: Request, method: str) -> forms.Form:
        """The form of one method. It starts from what was typed if that was rejected, or from what is to be changed."""
        rejected = request.method == method and self.renderer_context["response"].status_code >= 400
        with override_method(view, request, method):
            serializer = view.get_serializer()
            takes_json = any(parser.media_type == "application/json" for parser in view.get_parsers())
            if not any(not field.read_only for field in serializer.fields.values()):
                return forms.Form(method, None, None)
        values = forms.values_of(data, serializer) if method == "PATCH" else {}
        if rejected:
            values = forms.typed_into(request, serializer)
        bound = forms.filled(serializer, values, forms.errors_of(data)) if values or rejected else serializer
        html = self.render_form_for_serializer(bound)
        return forms.Form(method, html, forms.raw_of(serializer, values) if takes_json else None)

    def render_form_for_serializer(self, serializer: Any) -> str:
        return str(
            self.form_renderer_class().render(
                serializer.data, self.accepted_media_type, {"style": {"template_pack": "api/fields"}}
            )
        )

    def get_rendered_html_form(self, data: Any, view: Any, method: str, request: Request) -> None:
        """DRF's own forms, which forget what was typed; see `_forms`."""

    def get_raw_data_form(self, data: Any, view: Any, method: str, request: Request) -> None:
        """As above."""

    def get_extra_actions(self, view: Any, status_code: int) -> None:
        """They are among what stands below."""

    def get_filter_form(self, data: Any, view: Any, request: Any) -> None:
        """No list here takes filters; DRF would ask views that read no rows for their queryset to find that out."""

    def show_form_for_method(self, view: Any, method: str, request: Any, obj: Any) -> bool:
        if method in BODIES and not hasattr(view, "get_serializer"):
            return False
        return bool(super().show_form_for_method(view, method, request, getattr(view, "found", None)))


def _words_of(view: Any) -> list[str]:
    """What the document says of reading the address; of the first write where it cannot be read."""
    action = view.action_map.get("get") or next(iter(view.action_map.values()), "")
    texts = summary_and_description(view, action) if hasattr(view, action) else ()
    return [mark_safe(CODE.sub(r"<code>\1</code>", escape(text))) for text in texts if text]  # noqa: S308 (it is escaped)


def name_of(view: Any) -> str:
    """What a page of the browsable API is called: "Posts", "Post", "Follow"; DRF would say "Post List"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub("(ViewSet|View)$", "", type(view).__name__)).capitalize()
    given = getattr(view, "title", None) or getattr(view, "name", None)
    plural = getattr(view, "suffix", None) == "List" and words != "Media"
    return str(given or (re.sub("y$", "ie", words) + "s" if plural else words))
