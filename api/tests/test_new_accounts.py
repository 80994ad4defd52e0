"""Accounts in their first day and week may do less: counted, told, open without Redis."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from api import throttles
from api.new_accounts import LIMITS, Limits
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The real limits would take dozens of requests to reach."""
    settings.RATE_LIMITS, settings.NEW_ACCOUNT_PERCENT = True, 100
    few = {"comments": (2, 3), "posts": (2, 3), "reports": (2, 3), "mentions": (2, 3)}
    monkeypatch.setitem(LIMITS, "first_day", Limits(timedelta(days=1), follows=(2, 3), **few))
    monkeypatch.setitem(LIMITS, "first_week", Limits(timedelta(days=7), follows=(3, 5), **few))
    throttles.redis_breaker.close()


@pytest.fixture
def newcomer(alice: User) -> User:
    return factories.person("newcomer")


def aged(person: User, **age: int) -> User:
    User.objects.filter(pk=person.pk).update(created_at=timezone.now() - timedelta(**age))
    return person


def follow(client: APIClient, times: int) -> list[int]:
    return [client.put("/v1/users/alice/follow").status_code for _ in range(times)]


def test_the_third_follow_is_refused_and_says_when_to_come_back(newcomer, client_for):
    client = client_for(newcomer)
    first = client.put("/v1/users/alice/follow")
    limits = first["RateLimit-Policy"].split(", ")
    assert limits[1:] == ['"new_follows_hour";q=2;w=3600', '"new_follows_day";q=3;w=86400']
    assert first["RateLimit"].split(", ")[1].startswith('"new_follows_hour";r=1;t=')
    assert follow(client, 1) == [200]
    refused = client.put("/v1/users/alice/follow")
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert '"new_follows_hour";r=0' in refused["RateLimit"]
    assert client.get("/v1/me").status_code == 200
    assert client.delete("/v1/users/alice/follow").status_code == 204  # taking back is not limited


@pytest.mark.parametrize(
    ("age", "passed"), [({"hours": 23}, 2), ({"hours": 25}, 3), ({"days": 6, "hours": 23}, 3), ({"days": 8}, 9)]
)
def test_the_limits_rise_with_age_and_end_after_a_week(newcomer, client_for, age, passed):
    assert follow(client_for(aged(newcomer, **age)), 9).count(200) == passed


def test_the_day_counts_too(newcomer, client_for, monkeypatch):
    client = client_for(newcomer)
    clock = [throttles.time.time() // 86400 * 86400 + 3000]
    monkeypatch.setattr(throttles.time, "time", lambda: clock[0])  # hours go by
    assert follow(client, 2) == [200, 200]
    clock[0] += 3600
    assert follow(client, 2) == [200, 429]
    clock[0] += 3600
    refused = client.put("/v1/users/alice/follow")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 3600
    clock[0] += 86400
    assert follow(client, 1) == [200]


def test_what_the_hour_refuses_is_not_counted_in_the_day(newcomer, client_for, monkeypatch):
    client = client_for(newcomer)
    clock = [throttles.time.time() // 86400 * 86400 + 3000]
    monkeypatch.setattr(throttles.time, "time", lambda: clock[0])  # an hour goes by
    assert follow(client, 9).count(200) == 2
    clock[0] += 3600
    assert follow(client, 9).count(200) == 1


def test_comments_posts_and_reports_have_limits_of_their_own(newcomer, alice, client_for):
    client, post = client_for(newcomer), factories.post(alice)
    said = [client.post(f"/v1/posts/{post.pk}/comments", {"text": "x"}).status_code for _ in range(3)]
    shared = [client.post("/v1/posts", {"media": [str(factories.media(newcomer).pk)]}).status_code for _ in range(3)]
    told = {"subject_type": "post", "subject_id": str(post.pk), "category": "spam"}
    reported = [client.post("/v1/reports", told).status_code for _ in range(3)]
    assert (said, shared, reported) == ([201, 201, 429], [201, 201, 429], [201, 200, 429])
    assert follow(client, 1) == [200]


def test_people_who_are_named_are_counted_together(newcomer, alice, client_for):
    client, post = client_for(newcomer), factories.post(alice)
    address = f"/v1/posts/{post.pk}/comments"
    assert client.post(address, {"text": "@alice @alice"}).status_code == 201
    answer = client.post(address, {"text": "@bob @charlie"})
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert int(answer["Retry-After"]) > 0
    media = str(factories.media(newcomer).pk)
    assert client.post("/v1/posts", {"media": [media], "caption": "with @bob"}).status_code == 429
    assert client.post("/v1/posts", {"media": [media], "caption": "with nobody"}).status_code == 201


def test_what_is_refused_is_not_counted(newcomer, alice, client_for):
    """Whoever has a typing error in a post has not posted."""
    client, post = client_for(newcomer), factories.post(alice)
    media = str(factories.media(newcomer).pk)
    wrong = [client.post("/v1/posts", body) for body in ({}, {"media": ["1"]}, {"media": [media], "place": "x" * 999})]
    wrong += [client.post("/v1/posts", "{", content_type="application/json")]
    assert [answer.status_code for answer in wrong] == [400] * 4
    assert '"new_posts_hour";r=2;' in wrong[-1]["RateLimit"]
    assert [client.post("/v1/posts", {"media": [media]}).status_code for _ in range(3)] == [201, 201, 429]
    assert [client.put("/v1/users/nobody/follow").status_code for _ in range(3)] == [404] * 3
    assert follow(client, 3) == [200, 200, 429]
    told = {"subject_type": "post", "subject_id": "1", "category": "spam"}
    assert [client.post("/v1/reports", told).status_code for _ in range(3)] == [404] * 3
    assert client.post("/v1/reports", told | {"subject_id": str(post.pk)}).status_code == 201


def test_the_answer_says_which_limit_is_used_up(newcomer, client_for):
    client = client_for(newcomer)
    follow(client, 2)
    detail = client.put("/v1/users/alice/follow").json()["detail"]
    assert detail == "Used up: new_follows_hour (2 in 3600 seconds)"


def test_others_are_not_counted(newcomer, charlie, client_for):
    assert follow(client_for(newcomer), 3)[-1] == 429
    assert follow(client_for(charlie), 2) == [200, 200]


def test_moderators_are_exempt(newcomer, client_for):
    User.objects.filter(pk=newcomer.pk).update(is_staff=True)
    assert follow(client_for(newcomer), 9) == [200] * 9


def test_without_redis_nobody_is_refused(newcomer, client_for, monkeypatch):
    def refused() -> Any:
        raise throttles.redis.ConnectionError

    monkeypatch.setattr(throttles, "counters", refused)  # the suite's Redis is there; faults are tried in tests/
    assert follow(client_for(newcomer), 5) == [200] * 5
    throttles.redis_breaker.close()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_no_more_than_the_limit(newcomer, client_for, run_concurrently):
    calls = [lambda: client_for(newcomer).put("/v1/users/alice/follow").status_code] * 8
    assert sorted(run_concurrently(calls)) == [200] * 2 + [429] * 6


def test_the_instance_tells_them(settings):
    told = APIClient().get("/v1/instance").json()["limits"]["new_accounts"]
    assert told["first_day"]["follows"] == {"hour": 2, "day": 3}
    assert told["first_week"]["younger_than_seconds"] == 7 * 86400
    settings.NEW_ACCOUNT_PERCENT = 200
    assert APIClient().get("/v1/instance").json()["limits"]["new_accounts"]["first_day"]["posts"] == {
        "hour": 4,
        "day": 6,
    }


def test_zero_is_no_limit(newcomer, client_for, settings):
    settings.NEW_ACCOUNT_PERCENT = 0
    assert follow(client_for(newcomer), 9) == [200] * 9
    told = APIClient().get("/v1/instance").json()["limits"]["new_accounts"]
    assert told["first_day"]["follows"] == {"hour": None, "day": None}
