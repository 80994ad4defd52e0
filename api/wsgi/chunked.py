"""Bodies sent in chunks, for servers that hand them over without a length: Django reads no further than one."""

import io
from collections.abc import Iterable
from typing import Any

from api.wsgi.problems import Application, StartResponse, refuse

MAX_BYTES = 1024 * 1024


def declare_length_of_chunks(application: Application) -> Application:
    """The application, given the length of bodies in chunks of up to 1 MiB; larger ones are `too_large`.

    Uploads are left to their view, which wants a length.
    """

    def gate(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        is_form = (environ.get("CONTENT_TYPE") or "").startswith("multipart/")
        if "HTTP_TRANSFER_ENCODING" not in environ or is_form or not environ.get("wsgi.input_terminated"):
            return application(environ, start_response)
        body = environ["wsgi.input"].read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            return refuse(environ, start_response, "too_large", "")
        rest = {key: value for key, value in environ.items() if key != "HTTP_TRANSFER_ENCODING"}
        return application({**rest, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}, start_response)

    return gate
