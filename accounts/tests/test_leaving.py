"""Deactivating an account hides it from everybody as a suspension does; whoever logs in again may come back."""

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.authenticators import set_up
from tests.support import factories
from tests.support.factories import PASSWORD

pytestmark = pytest.mark.django_db


def log_in(name: str = "alice") -> APIClient:
    answer = APIClient().post("/v1/auth/token", {"username": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")


def deactivate(client: APIClient, password: str = PASSWORD) -> int:
    return int(client.post("/v1/me/deactivate", {"password": password}).status_code)


def test_it_takes_the_password_and_ends_every_session(alice):
    phone, tablet = log_in(), log_in()
    assert deactivate(phone, "wrong") == 400
    assert deactivate(phone) == 204
    assert [client.get("/v1/me").status_code for client in (phone, tablet)] == [401, 401]
    assert phone.post("/v1/me/reactivate").status_code == 401  # by a log-in from before


def test_nobody_sees_the_account_or_what_is_in_it_until_it_is_back(alice, bob, client_for):
    post, story = factories.post(alice), factories.story(alice)
    paths = ["/v1/users/alice", f"/v1/posts/{post.pk}", f"/v1/stories/{story.pk}", "/v1/users/alice/posts"]
    absent = client_for(bob).get("/v1/users/no.such.person")
    assert [row["id"] for row in client_for(bob).get("/v1/feed").json()["results"]] == [str(post.pk)]
    assert deactivate(log_in()) == 204
    for path in paths:
        answer = client_for(bob).get(path)
        assert (answer.status_code, answer.content) == (404, absent.content), path
    assert client_for(bob).get("/v1/feed").json()["results"] == []
    assert log_in().post("/v1/me/reactivate").status_code == 200
    assert [client_for(bob).get(path).status_code for path in paths] == [200] * 4
    assert [row["id"] for row in client_for(bob).get("/v1/feed").json()["results"]] == [str(post.pk)]


def test_after_logging_in_only_coming_back_is_possible(alice):
    deactivate(log_in())
    back = log_in()
    for method, path in (("get", "/v1/me"), ("post", "/v1/auth/logout-all"), ("patch", "/v1/me"), ("get", "/v1/feed")):
        answer = getattr(back, method)(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "deactivated"), path
    answer = back.post("/v1/me/reactivate")
    assert answer.json()["username"] == "alice"
    assert back.get("/v1/me").status_code == 200
    assert back.post("/v1/me/reactivate").status_code == 200


@pytest.mark.parametrize("state", ["suspended_at", "purged_at"])
def test_who_is_suspended_does_not_come_back_so(alice, state):
    deactivate(log_in())
    back = log_in()
    User.objects.filter(pk=alice.pk).update(**{state: timezone.now()})
    assert back.post("/v1/me/reactivate").status_code == 401
    assert back.get("/v1/me").status_code == 401
    assert APIClient().post("/v1/auth/token", {"username": "alice", "password": PASSWORD}).status_code == 401


def test_deactivating_does_not_get_round_the_second_factor(alice, client_for):
    set_up(client_for(alice))
    deactivate(client_for(alice))
    answer = APIClient().post("/v1/auth/token", {"username": "alice", "password": PASSWORD})
    assert answer.json()["code"] == "second_factor_required"


def test_a_browser_is_asked_and_comes_back_by_a_button(alice, client_for):
    deactivate(client_for(alice))
    browser = Client()
    answer = browser.post("/login", {"username": "alice", "password": PASSWORD, "next": "/v1/feed"})
    page = answer["Location"]
    assert page.startswith("/login/reactivate?")
    assert browser.get("/v1/me").status_code == 401
    assert b"@alice" in browser.get(page).content
    alice.refresh_from_db()
    assert alice.deactivated_at is not None
    done = browser.post(page, {"next": "/v1/feed"})
    assert (done.status_code, done["Location"]) == (302, "/v1/feed")
    assert browser.get("/v1/me").status_code == 200
    assert Client().get("/login/reactivate")["Location"] == "/login"


def test_a_reset_reaches_them(alice, client_for):
    deactivate(client_for(alice))
    assert User.objects.get(pk=alice.pk).is_reachable
