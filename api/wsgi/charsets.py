"""Refuses content types whose charset is not that of text, before Django makes a request of them.

Python's codecs include some that are no charsets (`zlib`, `hex`), some that raise at the first byte (`undefined`), and
some that smuggle in what no text column can hold (`unicode_escape`). Django would use any of them on the address's
parameters while it makes the request, where no error is turned into an answer.
"""

import codecs
from collections.abc import Iterable
from typing import Any

from django.utils.http import parse_header_parameters

from api.wsgi.problems import Application, StartResponse, refuse

TAKEN = {"utf-8", "ascii", "iso8859-1"}


def is_taken(content_type: str) -> bool:
    """Whether the charset, if there is one, is known to be harmless. Unknown names are ignored, as Django does."""
    try:
        _, parameters = parse_header_parameters(content_type)
        return "charset" not in parameters or codecs.lookup(parameters["charset"]).name in TAKEN
    except LookupError:
        return True
    except ValueError:  # parameters in an encoding of their own that makes no sense
        return False


def refuse_unknown_charsets(application: Application) -> Application:
    """The application, answering 415 to other charsets."""

    def gate(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if is_taken(environ.get("CONTENT_TYPE") or ""):
            return application(environ, start_response)
        return refuse(environ, start_response, "unsupported_media_type", "The charset must be UTF-8")

    return gate
