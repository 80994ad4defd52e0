"""The demo world's password is printed in the README: in production it opens nothing and cannot be chosen."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from devtools.demo.world import PASSWORD

As = Callable[..., APIClient]
FORM = {"username": "dora", "name": "Dora", "email": "dora@example.com", "birth_date": "1990-05-17"}


@pytest.fixture
def of_the_demo(alice: User) -> User:
    alice.set_password(PASSWORD)
    alice.save()
    return alice


@pytest.fixture
def in_production(settings: Any) -> None:
    settings.PUBLIC_PASSWORDS = {PASSWORD}


def log_in(client_for: As) -> int:
    return int(client_for(None).post("/v1/auth/token", {"username": "alice", "password": PASSWORD}).status_code)


def test_it_opens_the_demo(client_for, of_the_demo):
    assert log_in(client_for) == 200


@pytest.mark.usefixtures("in_production")
def test_it_opens_nothing_in_production(client_for, of_the_demo):
    assert log_in(client_for) == 401


@pytest.mark.usefixtures("in_production", "db")
def test_it_cannot_be_chosen_in_production(client_for):
    answer = client_for(None).post("/v1/auth/register", {**FORM, "password": PASSWORD})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/password")
