"""A person's way through their account, from registering to two devices and a second factor, as clients see it."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.tests.authenticators import set_up
from accounts.tests.mailbox import letters_to, token_to

pytestmark = pytest.mark.django_db
DORA = {
    "username": "dora", "name": "Dora", "email": "dora@example.com", "password": "correct-horse-battery",
    "birth_date": "1990-05-17",
}  # fmt: skip
NEW = "staple-battery-horse"


def device(name: str, agent: str, **answer: str) -> tuple[APIClient, dict[str, Any]]:
    """A device that logs in as somebody: its client, and what it was answered."""
    client = APIClient(HTTP_USER_AGENT=agent)
    given = client.post("/v1/auth/token", {"username": name, **answer}).json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {given.get('access')}")
    return client, given


def test_from_registering_to_a_second_factor():
    registered = APIClient().post("/v1/auth/register", DORA)
    assert registered.status_code == 201
    first = APIClient(HTTP_AUTHORIZATION=f"Bearer {registered.json()['access']}")

    # The link of the mail, in a browser that is not logged in.
    assert [subject for subject, _ in letters_to("dora@example.com")] == ["Confirm your e-mail address"]
    page = f"/confirm/{token_to('dora@example.com')}"
    assert b"@dora" in Client().get(page).content
    assert first.get("/v1/me").json()["email_verified"] is False
    assert b"confirmed" in Client().post(page).content
    assert first.get("/v1/me").json()["email_verified"] is True

    # A forgotten password: the code of the mail, typed into an app.
    assert APIClient().post("/v1/auth/password/reset", {"email": "Dora@Example.com"}).status_code == 202
    confirmation = {"token": token_to("dora@example.com"), "new_password": NEW}
    assert APIClient().post("/v1/auth/password/reset/confirm", confirmation).status_code == 204
    assert first.get("/v1/me").status_code == 401
    assert letters_to("dora@example.com")[-1][0] == "Your password was changed"

    # Two devices; one is lost and logged out from the other.
    phone, _ = device("dora@example.com", "Pics/3.1", password=NEW)
    lost, tokens = device("dora", "Pics/2.0", password=NEW)
    rows = phone.get("/v1/me/sessions").json()["results"]
    assert [(row["device"], row["current"]) for row in rows] == [("Pics/2.0", False), ("Pics/3.1", True)]
    assert phone.delete(f"/v1/me/sessions/{rows[0]['id']}").status_code == 204
    assert lost.get("/v1/me").status_code == 401
    assert APIClient().post("/v1/auth/token/refresh", {"refresh": tokens["refresh"]}).status_code == 401

    # A second factor, and a third device that needs it.
    phone.post("/v1/auth/password/change", {"old_password": NEW, "new_password": DORA["password"]})
    phone, _ = device("dora", "Pics/3.1", password=DORA["password"])
    app, recovery = set_up(phone)
    _, asked = device("dora", "Tablet/1", password=DORA["password"])
    assert asked["code"] == "second_factor_required"
    for code in (app.code(), recovery[0]):
        answer = APIClient().post("/v1/auth/token/second-factor", {"challenge": asked["challenge"], "code": code})
        assert answer.status_code == 200

    # Away for a while, and back.
    assert phone.post("/v1/me/deactivate", {"password": DORA["password"]}).status_code == 204
    _, asked = device("dora", "Pics/3.1", password=DORA["password"])
    body = {"challenge": asked["challenge"], "code": recovery[1]}
    back = APIClient(
        HTTP_AUTHORIZATION="Bearer " + APIClient().post("/v1/auth/token/second-factor", body).json()["access"]
    )
    assert back.get("/v1/me").json()["code"] == "deactivated"
    assert back.post("/v1/me/reactivate").json()["username"] == "dora"
    assert back.get("/v1/me").status_code == 200
