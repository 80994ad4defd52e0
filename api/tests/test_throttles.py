"""Rate limits: counted for a person or an address, told in headers, open when Redis is away."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from api import throttles
from api.throttles import RATES, Rate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The real rates would take thousands of requests to reach."""
    settings.RATE_LIMITS = True
    monkeypatch.setitem(RATES, "default", Rate(3, 3600))
    throttles.redis_breaker.close()


def test_the_fourth_is_refused_and_says_when_to_come_back(alice, bob, client_for):
    answers = [client_for(alice).get("/v1/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit"].startswith('"default";r=2;t=')
    assert answers[0]["RateLimit-Policy"] == '"default";q=3;w=3600'
    assert answers[3].json()["code"] == "throttled"
    assert 0 < int(answers[3]["Retry-After"]) <= 3600
    assert client_for(bob).get("/v1/me").status_code == 200


def test_a_forged_forwarding_header_moves_nobody():
    def ask(forged: str) -> int:
        return APIClient(HTTP_X_FORWARDED_FOR=forged).get("/v1/instance").status_code

    assert [ask(f"198.51.100.{number}") for number in range(4)] == [200, 200, 200, 429]


def test_behind_one_proxy_the_address_it_wrote_counts(settings):
    settings.TRUSTED_PROXIES = 1

    def ask(forwarded: str) -> int:
        return APIClient(HTTP_X_FORWARDED_FOR=forwarded).get("/v1/instance").status_code

    assert [ask(f"10.0.0.{number}, 198.51.100.7") for number in range(4)] == [200, 200, 200, 429]
    assert ask("198.51.100.8") == 200


def test_without_redis_nobody_is_refused(alice, client_for, monkeypatch):
    def refused() -> Any:
        raise throttles.redis.ConnectionError

    monkeypatch.setattr(throttles, "counters", refused)  # the suite's Redis is there; faults are tried in tests/
    assert [client_for(alice).get("/v1/me").status_code for _ in range(5)] == [200] * 5
    assert throttles.redis_breaker.is_open()
    throttles.redis_breaker.close()


def test_who_is_not_let_in_is_not_counted():
    answers = [APIClient(HTTP_AUTHORIZATION="Bearer x").get("/v1/me") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 5
    assert not any("RateLimit" in answer for answer in answers)


@pytest.mark.parametrize(
    ("forwarded", "counted_as"),
    [
        ("203.0.113.9:51234", "203.0.113.9"),
        ("[2001:db8::1]:443", "2001:db8::"),
        ("[2001:db8::1]", "2001:db8::"),
        ("2001:db8::1", "2001:db8::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:99999999", "127.0.0.1"),
        ("unknown", "127.0.0.1"),
    ],
)
def test_an_address_may_come_with_its_port(forwarded, counted_as, settings, rf):
    settings.TRUSTED_PROXIES = 1
    assert throttles.address_of(rf.get("/", HTTP_X_FORWARDED_FOR=forwarded)) == counted_as
