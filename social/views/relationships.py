"""What stands between oneself and many people at once."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import Invalid
from api.viewsets import BaseViewSet
from social.people import (
    people_visible_to,
    with_relation_to,
)
from social.serializers import (
    RelationshipSerializer,
)

MAX_RELATIONSHIPS = 100
USERNAMES = OpenApiParameter(
    "username",
    str,
    many=True,
    required=True,
    description=f"Once for each person; at most {MAX_RELATIONSHIPS} times.",
)


class RelationshipsViewSet(BaseViewSet):
    tag = "people"
    output = RelationshipSerializer
    pagination_class = None

    @extend_schema(parameters=[USERNAMES])
    def list(self, request: Request) -> Response:
        """How you stand with several people.

        Up to 100 names; those who do not exist for you are left out.
        """
        names = {name.lower() for name in request.query_params.getlist("username")}
        if not 1 <= len(names) <= MAX_RELATIONSHIPS:
            raise Invalid("username", "invalid", f"Give username 1 to {MAX_RELATIONSHIPS} times, once for each name")
        people = people_visible_to(self.me).filter(username__in=names)
        return Response(self.represent(with_relation_to(self.me, people).order_by("username"), many=True))
