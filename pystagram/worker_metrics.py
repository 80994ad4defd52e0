"""A worker on a machine without an API serves what its processes count, if it is given a port."""

from typing import Any

from celery.signals import worker_ready
from django.conf import settings
from prometheus_client import start_http_server

from pystagram.metrics import counted


@worker_ready.connect
def serve_metrics(**_: Any) -> None:
    if settings.METRICS_PORT:
        start_http_server(settings.METRICS_PORT, registry=counted())
