"""`/metrics`: what is counted, and who may read it."""

import re

import pytest
from django.db import connection, transaction
from django.test import override_settings
from prometheus_client.metrics import MetricWrapperBase
from rest_framework.test import APIClient

from api import metrics
from events.actions import record
from pystagram.environment import ROOT
from pystagram.metrics import Standing
from tests.support.factories import person
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
ENDINGS = {"counter": "_total", "info": "_info"}  # as they are told to Prometheus


def scraped(**headers: str) -> str:
    answer = APIClient().get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def value(text: str, name: str, **labels: str) -> float:
    """One sample; 0 if it was never counted."""
    inner = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    found = re.search(rf"^{name}{re.escape('{' + inner + '}') if inner else ''} (\S+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


def test_requests_are_counted_by_route_never_by_path() -> None:
    labels = {"method": "GET", "route": "v1/users/<str:username>", "status": "404"}
    before = value(scraped(), "pystagram_http_requests_total", **labels)
    client = APIClient()
    client.force_authenticate(person("alice"))
    for name in ("nobody", "noone"):
        client.get(f"/v1/users/{name}")
    client.get("/there/is/nothing")
    text = scraped()
    assert value(text, "pystagram_http_requests_total", **labels) == before + 2
    assert "nobody" not in text
    assert "there/is" not in text
    assert value(text, "pystagram_http_request_seconds_count", route="v1/users/<str:username>") >= 2


def test_deliveries_are_counted_by_task() -> None:
    labels = {"task": "feed.tasks.build", "outcome": "done"}
    before = value(scraped(), "pystagram_tasks_total", **labels)
    with transaction.atomic():
        record("logged_in", user_id=person("alice").pk)
    drain()
    assert value(scraped(), "pystagram_tasks_total", **labels) == before + 1


def test_feeds_are_counted_by_their_source() -> None:
    client = APIClient()
    client.force_authenticate(person("alice"))
    before = value(scraped(), "pystagram_feed_reads_total", source="rebuilt")
    assert client.get("/v1/feed").json()["source"] == "rebuilt"
    assert value(scraped(), "pystagram_feed_reads_total", source="rebuilt") == before + 1


def test_what_waits_in_the_outbox_is_told() -> None:
    waiting = value(scraped(), "pystagram_outbox_facts_waiting")
    with transaction.atomic():
        record("logged_in", user_id=1)
    assert value(scraped(), "pystagram_outbox_facts_waiting") == waiting + 1
    assert value(scraped(), "pystagram_database_up") == 1


def test_without_a_database_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    # A patch, for the suite's own transaction must survive.
    monkeypatch.setattr("pystagram.metrics._standing", lambda: None)
    assert value(scraped(), "pystagram_database_up") == 0
    assert "pystagram_outbox" not in scraped()
    assert connection.is_usable()


@override_settings(METRICS_TOKEN="a-long-token")
def test_a_token_is_asked_for() -> None:
    assert "pystagram_http" in scraped(Authorization="Bearer a-long-token")
    for wrong in ("", "Bearer", "Bearer another", "a-long-tokén"):
        answer = APIClient().get("/metrics", headers={"Authorization": wrong})
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_authenticated"


@override_settings(PRODUCTION=True, METRICS_TOKEN="")
def test_production_without_a_token_has_none() -> None:
    assert APIClient().get("/metrics").status_code == 404


def test_the_manual_names_every_metric() -> None:
    named = re.findall(r"^\| `(pystagram_\w+)`", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    mine = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    counted = {family.name + ENDINGS.get(family.type, "") for one in mine for family in one.describe()}
    standing = {family.name + ENDINGS.get(family.type, "") for family in Standing().collect()}
    assert sorted(named) == sorted(counted | standing)
