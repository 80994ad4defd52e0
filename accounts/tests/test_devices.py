"""The list of one's log-ins: which devices, from where, used when; each can be ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions
from accounts.devices import device_name
from accounts.models import Session, User
from tests.support.factories import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def device(agent: str = "Pics/3.1", address: str = "192.0.2.1") -> APIClient:
    client = APIClient(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    answer = client.post("/v1/auth/token", {"username": "alice", "password": PASSWORD})
    assert answer.status_code == 200
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    return client


def browser(page: str = "/login") -> Client:
    client = Client(headers={"User-Agent": FIREFOX})
    assert client.post(page, {"username": "alice", "password": PASSWORD}).status_code == 302
    return client


def listed(client: Any) -> list[dict[str, Any]]:
    answer = client.get("/v1/me/sessions", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    return list(answer.json()["results"])


def test_devices_newest_first_with_place_and_time(alice):
    first, second = device(), device(FIREFOX, "2001:db8:1:2::7")
    rows = listed(first)
    assert [(row["device"], row["address"], row["current"]) for row in rows] == [
        ("Firefox on Linux", "2001:db8:1:2::", False),
        ("Pics/3.1", "192.0.2.1", True),
    ]
    assert [row["current"] for row in listed(second)] == [True, False]
    assert set(rows[0]) == {"id", "device", "address", "created_at", "last_used_at", "current"}


@pytest.mark.parametrize("page", ["/login", "/admin/login/"])
def test_a_browser_is_a_device_too(alice, page):
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    rows = listed(browser(page))
    assert [(row["device"], row["current"]) for row in rows] == [("Firefox on Linux", True)]


def test_one_is_ended_and_the_others_stay(alice):
    phone, tablet, desktop = device(), device(), browser()
    ids = [row["id"] for row in listed(phone)]
    assert phone.delete(f"/v1/me/sessions/{ids[0]}").status_code == 204  # the browser's
    assert desktop.get("/v1/me").status_code == 401
    assert not BrowserSession.objects.exists()
    assert phone.delete(f"/v1/me/sessions/{ids[1]}").status_code == 204
    assert tablet.get("/v1/me").status_code == 401
    assert phone.delete(f"/v1/me/sessions/{ids[1]}").status_code == 204
    assert [row["id"] for row in listed(phone)] == [ids[2]]
    assert phone.delete(f"/v1/me/sessions/{ids[2]}").status_code == 204
    assert phone.get("/v1/me").status_code == 401


def test_others_devices_are_404_and_stay(alice, bob, client_for):
    phone = device()
    row = listed(phone)[0]["id"]
    absent = client_for(bob).delete("/v1/me/sessions/3f9c2a54-6f0b-4a0e-9a44-0c6a4a6f7f1e")
    theirs = client_for(bob).delete(f"/v1/me/sessions/{row}")
    assert (theirs.status_code, theirs.content) == (absent.status_code, absent.content)
    assert theirs.status_code == 404
    assert phone.get("/v1/me").status_code == 200
    assert listed(client_for(bob)) == []


def test_what_has_ended_is_not_listed(alice):
    phone, out = device(), device()
    out.post("/v1/auth/logout")
    desktop, other = browser(), browser()
    desktop.post("/logout")
    other.post("/v1/auth/logout", headers={"Accept": "application/json"})
    assert [row["device"] for row in listed(phone)] == ["Pics/3.1"]
    phone.post("/v1/auth/logout-all")
    assert [row["device"] for row in listed(device())] == ["Pics/3.1"]


def test_a_browser_in_use_is_noted_once_an_hour(alice):
    desktop = browser()
    Session.objects.update(last_used_at=timezone.now() - timedelta(days=1))
    listed(desktop)
    noted = Session.objects.get().last_used_at
    assert noted > timezone.now() - timedelta(minutes=1)
    listed(desktop)
    assert Session.objects.get().last_used_at == noted


def test_thirty_devices_cost_as_many_queries_as_one(alice):
    phone = device()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(phone)
        return len(captured)

    one = queries()
    for _ in range(29):
        actions.open_session(user=alice, caller=actions.Caller())
    assert queries() == one
    assert len(listed(phone)) == 20


def test_a_token_two_generations_old_ends_the_session(alice):
    phone = device()
    first = APIClient().post("/v1/auth/token", {"username": "alice", "password": PASSWORD}).json()["refresh"]
    token = first
    for _ in range(3):
        token = APIClient().post("/v1/auth/token/refresh", {"refresh": token}).json()["refresh"]
    assert APIClient().post("/v1/auth/token/refresh", {"refresh": first}).status_code == 401
    assert APIClient().post("/v1/auth/token/refresh", {"refresh": token}).status_code == 401
    assert phone.get("/v1/me").status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 "
         "Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
         "Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
         "Chrome on Android"),
        ("Pics/3.1 (iPhone; iOS 18)", "Pics/3.1"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
        ("x" * 256, "x" * 64),
    ],
)  # fmt: skip
def test_what_devices_are_called(agent, name):
    assert device_name(agent) == name
