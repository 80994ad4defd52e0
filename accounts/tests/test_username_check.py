"""Asking whether a user name is free: the same words as registering, and nothing beyond that."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import BlockedWord, HeldName, RuleHit, User
from api.throttles import RATES, Rate, redis_breaker
from tests.support import factories
from tests.support.factories import PASSWORD

pytestmark = pytest.mark.django_db
CARD = {"name": "Zoe", "email": "zoe@example.com", "password": PASSWORD, "birth_date": "1990-05-17"}


def ask(name: str) -> Any:
    return APIClient().get(f"/v1/auth/usernames/{name}").json()


def refusal(name: str) -> Any:
    """What registering says of the name."""
    answer = APIClient().post("/v1/auth/register", {**CARD, "username": name})
    return None if answer.status_code == 201 else answer.json()["errors"]


@pytest.fixture
def world(alice):
    factories.person("sam", suspended_at=timezone.now())
    factories.person("dee", deactivated_at=timezone.now())
    HeldName.objects.create(name="held", user=alice, held_until=timezone.now() + timedelta(days=1))
    HeldName.objects.create(name="let.go", user=alice, held_until=timezone.now() - timedelta(days=1))
    word = BlockedWord(word="rude")
    word.clean()
    word.save()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("zoe", None),
        ("let.go", None),
        ("ALICE", "unique"),
        ("sam", "unique"),
        ("dee", "unique"),
        ("held", "unique"),
        ("rude", "not_accepted"),
        ("admin", "reserved"),
        ("ab", "invalid"),
        ("a b c", "invalid"),
        ("x" * 31, "max_length"),
    ],
)
def test_it_says_what_registering_says(world, name, code):
    told = ask(name)
    assert (told["username"], told["available"]) == (name.lower(), code is None)
    assert (told["error"] or {}).get("code") == code
    refused = refusal(name)
    assert told["error"] == (refused and {key: refused[0][key] for key in ("code", "detail")})
    assert refused is None or refused[0]["pointer"] == "/username"


def test_asking_takes_no_name_and_is_no_attempt_that_is_noted(world):
    before = User.objects.get_queryset().count()
    assert [ask("zoe")["available"] for _ in range(2)] == [True, True]
    assert ask("rude")["available"] is False
    assert User.objects.get_queryset().count() == before
    assert not RuleHit.objects.exists()


@pytest.mark.parametrize("mode", ["invitation", "closed"])
@pytest.mark.parametrize("name", ["alice", "zoe", "admin"])
def test_who_may_not_register_is_not_told_who_there_is(world, settings, mode, name):
    settings.REGISTRATION = mode
    told = ask(name)
    assert (told["status"], told["code"]) == (403, "registration_closed")


def test_it_has_a_limit_of_its_own(world, settings, monkeypatch):
    settings.RATE_LIMITS = True
    redis_breaker.close()
    monkeypatch.setitem(RATES, "username", Rate(2, 3600))  # instead of 120 requests
    answers = [APIClient().get("/v1/auth/usernames/zoe") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["RateLimit"].startswith('"username";r=1;')
