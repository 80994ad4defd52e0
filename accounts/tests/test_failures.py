"""Failed log-ins: an account's name and address count together; nobody is locked out from where they usually are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import FailedLogIn, User
from tests.support.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unlimited(settings):
    settings.RATE_LIMITS = False  # a limit of its own, which holds only while there is Redis


def log_in(name: str = "alice", password: str = PASSWORD, address: str = "192.0.2.1") -> int:
    client = APIClient(REMOTE_ADDR=address)
    return int(client.post("/v1/auth/token", {"username": name, "password": password}).status_code)


def fail_from_everywhere(user: User | None, name: str = "alice", count: int = actions.MAX_FAILURES_ANYWHERE) -> None:
    FailedLogIn.objects.bulk_create(
        FailedLogIn(identifier=name, user=user, address=f"198.51.100.{number}") for number in range(count)
    )


def test_user_name_and_address_count_together(alice):
    assert {log_in("alice", "wrong") for _ in range(5)} == {401}
    assert {log_in("alice@example.com", "wrong") for _ in range(5)} == {401}
    assert log_in("alice") == 401  # right, and refused
    assert log_in("alice@example.com") == 401
    assert log_in("alice", address="192.0.2.2") == 200


def test_which_address_belongs_to_a_name_is_not_told(alice, bob):
    for _ in range(10):
        log_in("alice", "wrong")
    assert [log_in(f"{name}@example.com", "wrong") for name in ("alice", "bob", "nobody")] == [401, 401, 401]
    assert log_in("alice", "wrong") == 429


def test_failures_from_everywhere_stop_strangers_and_not_the_person(alice):
    assert log_in(address="192.0.2.1") == 200  # where alice usually is
    fail_from_everywhere(alice)
    assert log_in(address="192.0.2.1") == 200
    assert log_in("alice@example.com", address="192.0.2.1") == 200
    assert log_in(address="203.0.113.5") == 429
    assert log_in("alice@example.com", address="203.0.113.5") == 401
    FailedLogIn.objects.update(failed_at=timezone.now() - actions.FAILURES_WINDOW - timedelta(seconds=1))
    assert log_in(address="203.0.113.5") == 200


def test_an_unknown_name_is_stopped_alike(alice):
    fail_from_everywhere(None, "nobody")
    assert log_in("nobody", address="203.0.113.5") == 429


def test_known_and_unknown_take_the_same_work(alice):
    seen = []
    for name in ("alice", "alice@example.com", "nobody", "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            assert log_in(name, "wrong") == 401
        seen.append([query["sql"].split()[0] for query in queries.captured_queries])
    assert seen[0] == seen[1] == seen[2] == seen[3]


@pytest.mark.django_db(transaction=True)
def test_at_once_by_name_and_address_no_more_than_ten_are_counted_in(alice, run_concurrently):
    def attempt(number: int) -> int:
        return log_in("alice" if number % 2 else "alice@example.com", "wrong", f"192.0.2.{number % 2}")

    run_concurrently([lambda n=n: attempt(n) for n in range(24)])
    assert FailedLogIn.objects.filter(user=alice).count() <= 20  # ten for each place


@pytest.mark.parametrize("forged", ["203.0.113.1", "203.0.113.1, 203.0.113.2"])
def test_a_forged_header_is_no_other_address(alice, forged):
    for number in range(10):
        client = APIClient(HTTP_X_FORWARDED_FOR=f"{forged}, 203.0.113.{number}")
        client.post("/v1/auth/token", {"username": "alice", "password": "wrong"})
    client = APIClient(HTTP_X_FORWARDED_FOR="203.0.113.99")
    assert client.post("/v1/auth/token", {"username": "alice", "password": PASSWORD}).status_code == 429
