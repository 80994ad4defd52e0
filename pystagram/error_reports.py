"""Reports errors to Sentry, if a DSN is set. What users wrote or sent is never included."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration

from api.correlation import current_request_id
from api.database_errors import kind_of
from api.path_tokens import without_tokens

OF_DATABASES = ("django.db", "psycopg2")


def report_errors_to(dsn: str, *, environment: str, release: str) -> None:
    """Reports what is logged as an error, in requests and in tasks, with the request's id."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=release,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,  # captions, addresses and tokens stand in them
        before_send=without_secrets,
    )


def without_secrets(event: Any, _hint: Any) -> Any:
    """Removes query strings (media tokens, search words), tokens in paths, headers (credentials) and rows quoted by the
    database."""
    request = event.get("request", {})
    for part in ("query_string", "headers", "cookies", "data", "env"):
        request.pop(part, None)
    if "url" in request:
        request["url"] = without_tokens(request["url"])
    for one in event.get("exception", {}).get("values", []):
        if (one.get("module") or "").startswith(OF_DATABASES):
            one["value"] = kind_of(one.get("value") or "")
    request_id = current_request_id()
    if request_id:
        event.setdefault("tags", {})["request_id"] = request_id
    return event
