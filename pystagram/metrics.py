"""`/metrics` for Prometheus: what all processes of this machine counted, and how the outbox and the media stand now."""

from collections.abc import Iterator
from secrets import compare_digest

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from api.metric_files import Counts
from api.problems import plain_problem
from events.models import JobRun
from pystagram import probes

# Each stops counting at the limit, so that a scrape stays cheap when tables are large.
MAX_COUNTED = 100_000
_STANDING = """
SELECT
    (SELECT count(*) FROM (SELECT 1 FROM events_event WHERE expanded_at IS NULL LIMIT %(most)s) events),
    (SELECT count(*) FROM (
        SELECT 1 FROM events_delivery WHERE done_at IS NULL AND dead_at IS NULL LIMIT %(most)s) deliveries),
    (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - recorded_at)), 0) FROM events_event WHERE id = (
        SELECT min(event_id) FROM (
            SELECT event_id FROM events_delivery WHERE done_at IS NULL AND dead_at IS NULL LIMIT %(most)s) waiting)),
    (SELECT count(*) FROM (SELECT 1 FROM events_delivery WHERE dead_at IS NOT NULL LIMIT %(most)s) dead),
    (SELECT count(*) FROM (SELECT 1 FROM media_media WHERE state = 'processing' LIMIT %(most)s) media),
    (SELECT count(*) FROM (SELECT 1 FROM moderation_case WHERE state = 'open' LIMIT %(most)s) cases),
    (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - opened_at)), 0) FROM (
        SELECT opened_at FROM moderation_case WHERE state = 'open' LIMIT %(most)s) cases),
    (SELECT count(*) FROM (SELECT 1 FROM moderation_appeal WHERE state = 'open' LIMIT %(most)s) appeals)
"""
GAUGES = [
    ("pystagram_outbox_facts_waiting", "Events whose deliveries are not written yet."),
    ("pystagram_outbox_deliveries_waiting", "Deliveries that are not done yet."),
    ("pystagram_outbox_oldest_seconds", "Age of the oldest event with a delivery that is not done."),
    ("pystagram_outbox_deliveries_dead", "Deliveries given up: somebody must look at them in the admin."),
    ("pystagram_media_processing", "Media that are not ready yet."),
    ("pystagram_moderation_cases_open", "Cases that no moderator has decided."),
    ("pystagram_moderation_oldest_seconds", "Age of the oldest case that no moderator has decided."),
    ("pystagram_moderation_appeals_open", "Appeals that no moderator has decided."),
]


class Standing(Collector):
    """Gauges read from the database at each scrape. Without a database there is only `pystagram_database_up 0`."""

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("pystagram", "What runs here.", {"version": settings.VERSION})
        values = _standing()
        yield GaugeMetricFamily(
            "pystagram_database_up", "Whether PostgreSQL answered.", value=float(values is not None)
        )
        for (name, about), value in zip(GAUGES, values or [], strict=False):
            yield GaugeMetricFamily(name, about, value=value)
        yield _job_ages(answered=values is not None)
        for name, is_up in probes.answering().items():
            yield GaugeMetricFamily(f"pystagram_{name}_up", f"Whether the {name} answered.", value=float(is_up))


def _job_ages(*, answered: bool) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "pystagram_job_age_seconds", "Time since a regular job was last done; absent if never.", labels=["job"]
    )
    if answered:
        for run in JobRun.objects.all():
            family.add_metric([run.job], (timezone.now() - run.finished_at).total_seconds())
    return family


def _standing() -> list[float] | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_STANDING, {"most": MAX_COUNTED})
            return [float(value) for value in cursor.fetchone() or ()]
    except DatabaseError:
        connection.close()
        return None


def counted() -> CollectorRegistry:
    """What the processes of this machine have counted."""
    registry = CollectorRegistry()
    Counts(registry, settings.METRICS_DIR)
    return registry


def metrics(request: HttpRequest) -> HttpResponse:
    """Needs the token; without one set, open in development and absent in production."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and not compare_digest(given.encode(), token.encode()):
        response = plain_problem("not_authenticated")
        response["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return response
    if not token and settings.PRODUCTION:
        return plain_problem("not_found")
    registry = counted()
    registry.register(Standing())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
