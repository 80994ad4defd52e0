"""Registration: what is taken, what is refused, and that one name is one person."""

import threading

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from events.models import Event

URL = "/v1/auth/register"
ALICE = {
    "username": "Alice",
    "name": "Alice",
    "email": "Alice@Example.com",
    "password": "correct-horse-battery",
    "birth_date": "1990-05-17",
}


@pytest.mark.django_db
def test_answers_with_the_person_and_their_tokens():
    answer = APIClient().post(URL, ALICE)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert body["user"]["username"] == "alice"
    assert body["user"]["email"] == "alice@example.com"
    me = APIClient().get("/v1/me", HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    assert me.json()["birth_date"] == "1990-05-17"
    assert Event.objects.filter(name="user_registered", payload={"user_id": int(body["user"]["id"])}).exists()
    assert User.objects.get(username="alice").password.startswith("md5$")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"username": "al"}, "/username"),
        ({"username": "a" * 31}, "/username"),
        ({"username": "al..ice"}, "/username"),
        ({"username": ".alice"}, "/username"),
        ({"username": "alice."}, "/username"),
        ({"username": "аlice"}, "/username"),  # a Cyrillic а
        ({"username": "ali ce"}, "/username"),
        ({"username": "admin"}, "/username"),
        ({"username": ["alice"]}, "/username"),
        ({"name": "a" * 257}, "/name"),
        ({"name": "Ali\u202ece"}, "/name"),
        ({"email": "nobody"}, "/email"),
        ({"email": "a\n@example.com"}, "/email"),
        ({"email": "a" * 250 + "@example.com"}, "/email"),
        ({"password": "12345678"}, "/password"),
        ({"password": "alice1234"}, "/password"),
        ({"password": "x" * 129}, "/password"),
        ({"birth_date": "2020-01-01"}, "/birth_date"),
        ({"birth_date": "0001-01-01"}, "/birth_date"),
        ({"birth_date": "yesterday"}, "/birth_date"),
        ({"birth_date": None}, "/birth_date"),
    ],
)
@pytest.mark.django_db
def test_refuses(change, pointer):
    answer = APIClient().post(URL, {**ALICE, **change})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "invalid"
    assert {error["pointer"] for error in body["errors"]} == {pointer}
    assert not User.objects.get_queryset().exists()


@pytest.mark.django_db
def test_thirteen_today_is_old_enough_and_tomorrow_is_not():
    today = timezone.now().date()
    if (today.month, today.day) == (2, 29):
        today = today.replace(day=28)
    young = today.replace(year=today.year - 13)
    assert APIClient().post(URL, {**ALICE, "birth_date": young.isoformat()}).status_code == 201
    younger = young.replace(year=young.year + 1)
    body = APIClient().post(URL, {**ALICE, "username": "bob", "birth_date": younger.isoformat()}).json()
    assert body["errors"][0]["code"] == "too_young"


@pytest.mark.parametrize("twin", [{"email": "other@example.com"}, {"username": "other"}])
@pytest.mark.django_db
def test_names_and_addresses_are_unique_without_case(twin):
    APIClient().post(URL, ALICE)
    answer = APIClient().post(URL, {**ALICE, **twin})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "unique"


@pytest.mark.django_db
def test_nobody_makes_themselves_staff():
    APIClient().post(URL, {**ALICE, "is_staff": True, "is_superuser": True, "followers_count": 9})
    user = User.objects.get(username="alice")
    assert (user.is_staff, user.is_superuser, user.followers_count) == (False, False, 0)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_account():
    statuses: list[int] = []

    def register() -> None:
        statuses.append(APIClient().post(URL, ALICE).status_code)
        connection.close()

    threads = [threading.Thread(target=register) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] + [400] * 7
    assert User.objects.get_queryset().count() == 1
