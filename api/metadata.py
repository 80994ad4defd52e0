"""What `OPTIONS` answers with."""

from typing import TYPE_CHECKING, Any

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it imports this module by the settings


class Methods(BaseMetadata):
    """The methods of the address, as `Allow` names them; everything else is in the schema."""

    def determine_metadata(self, request: Request, view: "APIView") -> dict[str, Any]:
        return {"methods": view.allowed_methods}
