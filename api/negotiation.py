"""Which format an answer takes."""

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class ContentNegotiation(DefaultContentNegotiation):
    """DRF's, but an `Accept` that names nothing is as if there was none (RFC 9110, 12.5.1), not a 406."""

    def get_accept_list(self, request: Request) -> list[str]:
        return [name for name in super().get_accept_list(request) if name] or ["*/*"]
