"""`/metrics`: what is counted, and who may read it."""

import re
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.config import Config
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from prometheus_client.metrics import MetricWrapperBase
from rest_framework.test import APIClient

from api import metrics
from api.load_shedding import ConcurrencyLimiter
from api.problems import Problem
from api.server.answers import refusal_of
from events.actions import note_run, record
from events.models import JobRun
from feed import timelines
from feed.actions import build
from feed.audit import Totals, check
from pystagram import probes
from pystagram.environment import ROOT
from pystagram.metrics import Standing
from social.actions import follow
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


def test_requests_are_counted_by_route_never_by_path():
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


def test_refusals_are_counted_by_code_wherever_they_are_made():
    before = scraped()
    refusal_of({}, "too_slow", "", None)
    limiter = ConcurrencyLimiter(1, wait_seconds=0.01)
    with limiter.slot(), suppress(Problem), limiter.slot():
        pass
    after = scraped()
    for code in ("too_slow", "busy"):
        counts = [value(text, "pystagram_requests_refused_total", code=code) for text in (before, after)]
        assert counts[1] == counts[0] + 1, code


def test_deliveries_are_counted_by_task():
    labels = {"task": "feed.tasks.build", "outcome": "done"}
    before = value(scraped(), "pystagram_tasks_total", **labels)
    with transaction.atomic():
        record("logged_in", user_id=person("alice").pk)
    drain()
    assert value(scraped(), "pystagram_tasks_total", **labels) == before + 1


def test_feeds_are_counted_by_their_source():
    client = APIClient()
    client.force_authenticate(person("alice"))
    before = value(scraped(), "pystagram_feed_reads_total", source="rebuilt")
    assert client.get("/v1/feed").json()["source"] == "rebuilt"
    assert value(scraped(), "pystagram_feed_reads_total", source="rebuilt") == before + 1


def test_what_waits_in_the_outbox_is_told():
    waiting = value(scraped(), "pystagram_outbox_facts_waiting")
    with transaction.atomic():
        record("logged_in", user_id=1)
    assert value(scraped(), "pystagram_outbox_facts_waiting") == waiting + 1
    assert value(scraped(), "pystagram_database_up") == 1


def test_without_a_database_it_says_so(monkeypatch):
    # A patch, for the suite's own transaction must survive.
    monkeypatch.setattr("pystagram.metrics._standing", lambda: None)
    assert value(scraped(), "pystagram_database_up") == 0
    assert "pystagram_outbox" not in scraped()
    assert connection.is_usable()


def test_each_server_is_asked(settings, monkeypatch):
    text = scraped()
    assert [value(text, f"pystagram_{name}_up") for name in ("redis", "broker", "storage")] == [1, 1, 1]
    away = {"redis": lambda: 1 / 0, "broker": lambda: time.sleep(5)}  # one refuses, one is silent
    monkeypatch.setattr(probes, "PROBES", away)
    monkeypatch.setattr(probes, "PROBE_SECONDS", 0.1)
    text = scraped()
    assert "pystagram_redis_up 0.0" in text
    assert "pystagram_broker_up 0.0" in text


def test_a_storage_that_refuses_is_down(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {
            "bucket_name": "b", "endpoint_url": "http://127.0.0.1:1", "access_key": "a", "secret_key": "b",
            "client_config": Config(retries={"total_max_attempts": 1}),
        }},
    }  # fmt: skip
    assert "pystagram_storage_up 0.0" in scraped()


def test_the_age_of_regular_jobs_is_told():
    assert 'job="backup"' not in scraped(), "never done"
    note_run(job="backup")
    JobRun.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    assert 7200 <= value(scraped(), "pystagram_job_age_seconds", job="backup") < 7300


def test_what_the_feed_audit_finds_is_counted():
    alice, bob = person("alice"), person("bob")
    follow(follower=bob, followee=alice)
    drain()
    build(user=bob, force=True)
    before = scraped()
    timelines.push([bob.pk], 1234)  # a post that is not there
    assert check(bob.pk, Totals(), repair=False)
    after = scraped()
    assert value(after, "pystagram_feeds_audited_total") == value(before, "pystagram_feeds_audited_total") + 1
    extra = [value(text, "pystagram_feed_differences_total", kind="extra") for text in (before, after)]
    assert extra[1] == extra[0] + 1


@override_settings(METRICS_TOKEN="a-long-token")
def test_a_token_is_asked_for():
    assert "pystagram_http" in scraped(Authorization="Bearer a-long-token")
    for wrong in ("", "Bearer", "Bearer another", "a-long-tokén"):
        answer = APIClient().get("/metrics", headers={"Authorization": wrong})
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_authenticated"


@override_settings(PRODUCTION=True, METRICS_TOKEN="")
def test_production_without_a_token_has_none():
    assert APIClient().get("/metrics").status_code == 404


def test_the_manual_names_every_metric():
    named = re.findall(r"^\| `(pystagram_\w+)`", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    mine = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    counted = {family.name + ENDINGS.get(family.type, "") for one in mine for family in one.describe()}
    standing = {family.name + ENDINGS.get(family.type, "") for family in Standing().collect()}
    assert sorted(named) == sorted(counted | standing)
