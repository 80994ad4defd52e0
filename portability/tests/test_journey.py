"""A person's way through their account as clients see it: from registering to being purged."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tasks import purge_accounts
from accounts.tests.authenticators import App, set_up
from accounts.tests.mailbox import letters_to, token_to
from media.models import Media
from media.tests.support.photographs import photo
from portability.tests.test_exports import fetch, made, uploaded
from portability.tests.test_imports import brought
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
DORA = {
    "username": "dora", "name": "Dora", "email": "dora@example.com", "password": "correct-horse-battery",
    "birth_date": "1990-05-17",
}  # fmt: skip
NEW = "staple-battery-horse"
RIGHT = {"password": DORA["password"]}


def registered(card: dict[str, str]) -> APIClient:
    answer = APIClient().post("/v1/auth/register", card)
    assert answer.status_code == 201
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")


def device(name: str, agent: str, **answer: str) -> tuple[APIClient, dict[str, Any]]:
    """A device that logs in as somebody: its client, and what it was answered."""
    client = APIClient(HTTP_USER_AGENT=agent)
    given = client.post("/v1/auth/token", {"username": name, **answer}).json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {given.get('access')}")
    return client, given


def device_with_code(code: str) -> APIClient:
    """Dora's, which logs in with both factors."""
    client, asked = device("dora", "Pics/3.1", **RIGHT)
    answer = client.post("/v1/auth/token/second-factor", {"challenge": asked["challenge"], "code": code})
    assert answer.status_code == 200, answer.content
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    return client


def verifies_her_address(first: APIClient) -> None:
    """By the link of the mail, in a browser that is not logged in."""
    assert [subject for subject, _ in letters_to("dora@example.com")] == ["Confirm your e-mail address"]
    page = f"/confirm/{token_to('dora@example.com')}"
    assert b"@dora" in Client().get(page).content
    assert first.get("/v1/me").json()["email_verified"] is False
    assert b"confirmed" in Client().post(page).content
    assert first.get("/v1/me").json()["email_verified"] is True


def forgets_her_password(first: APIClient) -> None:
    """The code of the mail, typed into an app."""
    assert APIClient().post("/v1/auth/password/reset", {"email": "Dora@Example.com"}).status_code == 202
    confirmation = {"token": token_to("dora@example.com"), "new_password": NEW}
    assert APIClient().post("/v1/auth/password/reset/confirm", confirmation).status_code == 204
    assert first.get("/v1/me").status_code == 401
    assert letters_to("dora@example.com")[-1][0] == "Your password was changed"


def loses_one_of_two_devices() -> APIClient:
    """It is logged out from the other."""
    phone, _ = device("dora@example.com", "Pics/3.1", password=NEW)
    lost, tokens = device("dora", "Pics/2.0", password=NEW)
    rows = phone.get("/v1/me/sessions").json()["results"]
    assert [(row["device"], row["current"]) for row in rows] == [("Pics/2.0", False), ("Pics/3.1", True)]
    assert phone.delete(f"/v1/me/sessions/{rows[0]['id']}").status_code == 204
    assert lost.get("/v1/me").status_code == 401
    assert APIClient().post("/v1/auth/token/refresh", {"refresh": tokens["refresh"]}).status_code == 401
    phone.post("/v1/auth/password/change", {"old_password": NEW, "new_password": DORA["password"]})
    return device("dora", "Pics/3.1", **RIGHT)[0]


def sets_a_second_factor_up(phone: APIClient) -> tuple[App, list[str]]:
    """A third device needs it: a code of the app, or one for emergencies."""
    app, recovery = set_up(phone)
    _, asked = device("dora", "Tablet/1", **RIGHT)
    assert asked["code"] == "second_factor_required"
    for code in (app.code(), recovery[0]):
        assert device_with_code(code).get("/v1/me").status_code == 200
    return app, recovery


def goes_away_and_comes_back(phone: APIClient, code: str) -> APIClient:
    assert phone.post("/v1/me/deactivate", RIGHT).status_code == 204
    back = device_with_code(code)
    assert back.get("/v1/me").json()["code"] == "deactivated"
    assert back.post("/v1/me/reactivate").json()["username"] == "dora"
    assert back.get("/v1/me").status_code == 200
    return back


def posts_something(phone: APIClient) -> str:
    media = uploaded(phone, photo(), alt_text="a lake")
    drain()
    made_post = phone.post("/v1/posts", {"media": [media], "caption": "By the #lake"})
    assert made_post.status_code == 201
    return str(made_post.json()["id"])


def deletes_her_account(phone: APIClient, code: str) -> None:
    answer = phone.delete("/v1/me", {**RIGHT, "code": code})
    assert answer.status_code == 202, answer.content
    assert phone.get("/v1/me").status_code == 401
    assert letters_to("dora@example.com")[-1][0] == "Your account is to be deleted"


def changes_her_mind(code: str) -> APIClient:
    back = device_with_code(code)
    assert back.get("/v1/me").json()["code"] == "deletion_pending"
    assert back.post("/v1/me/undelete").json()["username"] == "dora"
    return back


def thirty_days_pass() -> None:
    User.objects.filter(username="dora").update(deleted_at=timezone.now() - timedelta(days=30, seconds=1))
    assert purge_accounts() == 1
    drain()
    call_command("purge_media", "--yes")


def test_from_registering_to_the_purge(objects):
    first = registered(DORA)
    verifies_her_address(first)
    forgets_her_password(first)
    phone = loses_one_of_two_devices()
    _app, recovery = sets_a_second_factor_up(phone)
    phone = goes_away_and_comes_back(phone, recovery[1])
    post = posts_something(phone)
    archive = fetch(made(phone)["url"])

    friend = registered({**DORA, "username": "friend", "email": "friend@example.com"})
    friend.put("/v1/users/dora/follow")
    assert friend.put(f"/v1/posts/{post}/like").json()["likes_count"] == 1
    deletes_her_account(phone, recovery[2])
    assert friend.get(f"/v1/posts/{post}").status_code == 404
    phone = changes_her_mind(recovery[3])
    assert friend.get(f"/v1/posts/{post}").json()["likes_count"] == 1

    # What she has goes to another account of hers, and stays there when the first is gone.
    other = registered({**DORA, "username": "dora.too", "email": "dora.too@example.com"})
    assert brought(other, archive)["state"] == "ready"
    deletes_her_account(phone, recovery[4])
    thirty_days_pass()
    assert friend.get(f"/v1/posts/{post}").status_code == 404
    assert friend.get("/v1/me").json()["following_count"] == 0
    (imported,) = other.get("/v1/users/dora.too/posts").json()["results"]
    assert (imported["caption"], imported["media"][0]["alt_text"]) == ("By the #lake", "a lake")
    assert Media.objects.count() == 1
    assert [key for key in objects if key.startswith("originals/") and "." not in key]  # shared bytes, kept for her
    again = APIClient().post("/v1/auth/register", {**DORA, "name": "Another Dora"})
    assert again.json()["user"]["name"] == "Another Dora"
    assert device("dora@example.com", "Pics/3.1", **RIGHT)[1]["code"] == "invalid_credentials"
