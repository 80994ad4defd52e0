"""A request's id is in its answer, in its log lines, in its events and in what the tasks log because of them."""

import json
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.test import APIClient

from api.correlation import RequestIdFilter, current_request_id
from events.models import Event
from tests.support.factories import person
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
WATCHED = ["pystagram.access", "events.decorators"]


class Lines(logging.Handler):
    """What the console would get, formatted as in production."""

    def __init__(self) -> None:
        super().__init__()
        formatter = dict(settings.LOGGING["formatters"]["json"])
        self.setFormatter(import_string(formatter.pop("()"))(formatter.pop("format"), **formatter))
        self.addFilter(RequestIdFilter())
        self.lines: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))

    def of(self, logger: str) -> list[dict[str, object]]:
        return [line for line in self.lines if line["logger"] == logger]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler = Lines()
    for name in WATCHED:  # not the root: Celery's first use sets Django's logging up again
        logging.getLogger(name).addHandler(handler)
    yield handler
    for name in WATCHED:
        logging.getLogger(name).removeHandler(handler)


def follow(client: APIClient) -> None:
    alice, bob = person("alice"), person("bob")
    client.force_authenticate(bob)
    answer = client.put(f"/v1/users/{alice.username}/follow", headers={"X-Request-Id": "from-a-phone.1"})
    assert answer.status_code == 200
    assert answer["X-Request-Id"] == "from-a-phone.1"


def test_a_fact_knows_the_request_it_came_of():
    follow(APIClient())
    assert Event.objects.get(name="followed").request_id == "from-a-phone.1"
    assert current_request_id() == ""


def test_request_and_task_log_the_same_id(lines):
    follow(APIClient())
    drain()
    (request,) = lines.of("pystagram.access")
    assert request["request_id"] == "from-a-phone.1"
    assert (request["method"], request["path"], request["status"]) == ("PUT", "/v1/users/alice/follow", 200)
    assert request["route"] == "v1/users/<str:username>/follow"
    tasks = {line["task"]: line for line in lines.of("events.decorators")}
    assert tasks["feed.tasks.backfill"]["request_id"] == "from-a-phone.1"
    assert tasks["feed.tasks.backfill"]["outcome"] == "done"


def test_an_id_that_could_forge_a_line_is_replaced(lines):
    answer = APIClient().get("/v1/me", headers={"X-Request-Id": "x y\tlevel=ERROR"})
    assert " " not in answer["X-Request-Id"]
    assert lines.of("pystagram.access")[0]["request_id"] == answer["X-Request-Id"]


def test_no_query_is_logged(lines):
    APIClient().get("/v1/users/nobody/posts?cursor=secret&token=secret")
    assert "secret" not in json.dumps(lines.lines)


def test_health_is_not_worth_a_line(lines):
    APIClient().get("/healthz")
    assert not lines.of("pystagram.access")
