"""Registration: what is taken, what is refused, and that one name is one person."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.mailbox import letters_to
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


@pytest.mark.django_db
def test_names_are_unique_without_case():
    APIClient().post(URL, ALICE)
    answer = APIClient().post(URL, {**ALICE, "email": "other@example.com"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "unique"


@pytest.mark.django_db
def test_a_taken_address_is_answered_as_a_free_one_and_its_owner_is_told(bob, settings):
    settings.RATE_LIMITS = False
    seen = []
    for name, email in (("first", "Bob@example.com"), ("other", "free@example.com")):
        with CaptureQueriesContext(connection) as queries:
            answer = APIClient().post(URL, {**ALICE, "username": name, "email": email})
        body = answer.json()
        assert body["user"].pop("email") == email.lower()
        headers = {key: value for key, value in answer.headers.items() if key != "X-Request-Id"}
        shape = {key: type(value) for key, value in body["user"].items()}
        seen.append((answer.status_code, headers, set(body), shape, len(queries)))
        me = APIClient(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
        assert me.get("/v1/me").json()["email_verified"] is False
        assert me.post("/v1/auth/email/resend").status_code == 202
    for each in seen:
        each[1].pop("Content-Length")  # of the names
    assert seen[0] == seen[1]
    assert {subject for subject, _ in letters_to("bob@example.com")} == {"You already have an account"}
    assert all("@bob" in text and "/confirm/" not in text for _, text in letters_to("bob@example.com"))
    assert {subject for subject, _ in letters_to("free@example.com")} == {"Confirm your e-mail address"}


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
