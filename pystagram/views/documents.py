"""The OpenAPI document."""

from functools import cache, partial
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from api.etags import tag_by_bytes
from api.strict import StrictHandling


@cache
def openapi_document() -> dict[str, Any]:
    """The OpenAPI document. It takes a second to make and is the same for everybody, so it is made once a process."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # the library has no types
    return dict(generator.get_schema(request=None, public=True))  # type: ignore[no-untyped-call]  # as above


class Schema(StrictHandling, SpectacularAPIView):
    """The OpenAPI document, as JSON or, on request, YAML."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]

    def _get_schema_response(self, request: Request) -> Response:
        here = request.build_absolute_uri("/").removesuffix("/")  # one of ALLOWED_HOSTS, as everywhere
        response = Response({**openapi_document(), "servers": [{"url": here}]})
        response.add_post_render_callback(partial(tag_by_bytes, request))
        return response
