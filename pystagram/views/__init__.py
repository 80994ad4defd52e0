"""Views of the project itself: pages for browsers, the browsable root, limits, health."""

from pystagram.views.documents import Schema, openapi_document
from pystagram.views.health import healthz, readyz
from pystagram.views.instance import InstanceViewSet, instance_facts
from pystagram.views.pages import errors_page, favicon, front_page
from pystagram.views.root import RootViewSet

__all__ = [
    "InstanceViewSet",
    "RootViewSet",
    "Schema",
    "errors_page",
    "favicon",
    "front_page",
    "healthz",
    "instance_facts",
    "openapi_document",
    "readyz",
]
