"""Somebody's current stories, and one's own expired ones."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.ids import id_at, settled_moment
from api.pagination import NewerPages, page_response
from api.problems import Invalid
from api.viewsets import BaseViewSet
from social.people import lists_visible_or_404
from stories import examples
from stories.models import Story
from stories.serializers import MonthPageSerializer, StorySerializer


def month_of(text: str) -> tuple[datetime, datetime]:
    """`YYYY-MM` as its first moment and the next month's, in UTC; a 400 for anything else."""
    if not re.fullmatch(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", text, re.ASCII):
        raise Invalid("month", "invalid", "month is YYYY-MM")
    year, month = int(text[:4]), int(text[5:])
    return datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)


class PersonStoriesViewSet(BaseViewSet):
    """What somebody shows as stories now."""

    tag = "stories"
    output = StorySerializer
    page_field = "timeline_id"
    page_ascending = True

    def list(self, request: Request, username: str) -> Response:
        """Somebody's current stories.

        Oldest first, as they are watched. 404 for a private account that has not accepted you.
        """
        person = lists_visible_or_404(self.me, username)
        stories = Story.objects.visible_to(self.me).filter(author=person.pk)
        return self.paginated(stories.for_display(self.me))


class StoryArchiveViewSet(BaseViewSet):
    """One's expired stories, which nobody else sees."""

    output = StorySerializer
    pagination_class = NewerPages
    page_field = "timeline_id"

    @extend_schema(
        operation_id="list_my_expired_stories", parameters=[examples.MONTH], examples=[examples.AN_EXPIRED_STORY]
    )
    def list(self, request: Request) -> Response:
        """My expired stories.

        Newest first; of one month with `month`.
        """
        stories = Story.objects.archived_of(self.me)
        if "month" in request.query_params:
            stories = stories.published_between(*month_of(request.query_params["month"]))
        return self.paginated(stories.for_display(self.me))

    def settled(self, rows: Sequence[Story], *, more: bool) -> int:
        """They expire in the order of their ids, each its 24 hours after this was made."""
        return id_at(settled_moment() - timedelta(seconds=settings.STORY_SECONDS))


class ArchiveMonthsViewSet(BaseViewSet):
    """In which months one's archive has how many stories."""

    output = MonthPageSerializer
    pagination_class = None

    @extend_schema(operation_id="list_months_of_my_expired_stories")
    def months(self, request: Request) -> Response:
        """Months of my expired stories.

        All of them, newest first, in UTC.
        """
        months = Story.objects.archived_of(self.me).counted_by_month()
        return page_response(request, [{"month": f"{first:%Y-%m}", "count": number} for first, number in months], None)
