"""What an attacker tried, and must not get."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import FailedLogIn, Session, User
from accounts.tasks import prune_failed_log_ins
from tests.support import factories
from tests.support.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("private", "scope"), [(True, "p"), (False, "o")])
def test_a_private_avatars_door_closes_as_soon_as_the_posts_do(charlie, client_for, private, scope):
    dora = factories.person("dora", private=private)
    User.objects.filter(pk=dora.pk).update(avatar=factories.media(dora))
    address = client_for(charlie).get("/v1/users/dora").json()["avatar"]
    assert address.partition("?token=")[2].startswith(scope)


@pytest.mark.parametrize("page", ["/login", "/admin/login/"])
def test_behind_a_proxy_failures_count_for_whom_the_proxy_names(alice, settings, page):
    settings.TRUSTED_PROXIES = 1
    User.objects.filter(pk=alice.pk).update(is_staff=True)

    def attempt(address: str, password: str) -> int:
        form = {"username": "alice", "password": password}
        return int(Client(headers={"X-Forwarded-For": address}).post(page, form).status_code)

    for _ in range(actions.MAX_FAILURES_PER_NAME):
        attempt("198.51.100.7", "wrong")
    assert attempt("198.51.100.7", PASSWORD) == 429
    assert attempt("198.51.100.8", PASSWORD) == 302


@pytest.mark.parametrize("forwarded", ["nonsense", "192.0.2.1:x", "", "::ffff:127.0.0.1"])
def test_a_broken_forwarding_header_is_no_error(alice, settings, forwarded):
    settings.TRUSTED_PROXIES = 1
    client = APIClient(HTTP_X_FORWARDED_FOR=forwarded)
    assert client.post("/v1/auth/token", {"username": "alice", "password": PASSWORD}).status_code == 200
    assert Session.objects.get().address == "127.0.0.1"


def test_a_whole_ipv6_network_is_one_place(alice):
    for number in range(actions.MAX_FAILURES_PER_NAME):
        client = APIClient(REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
        client.post("/v1/auth/token", {"username": "alice", "password": "wrong"})
    mine = {"username": "alice", "password": PASSWORD}
    assert APIClient(REMOTE_ADDR="2001:db8:1:2:ffff::1").post("/v1/auth/token", mine).status_code == 429
    assert APIClient(REMOTE_ADDR="2001:db8:1:3::1").post("/v1/auth/token", mine).status_code == 200


def test_a_new_password_ends_what_began_meanwhile(alice):
    stale = User.objects.get(pk=alice.pk)
    actions.end_all_sessions(user=alice)
    alice.refresh_from_db()
    access = actions.open_session(user=alice, caller=actions.Caller()).access
    actions.change_password(user=stale, old=PASSWORD, new="staple-battery-horse")
    assert APIClient(HTTP_AUTHORIZATION=f"Bearer {access}").get("/v1/me").status_code == 401


def test_a_taken_name_is_called_a_name(db):
    factories.person("my.email")
    card = {"name": "x", "email": "new@example.com", "password": PASSWORD, "birth_date": "1990-05-17"}
    answer = APIClient().post("/v1/auth/register", {"username": "my.email", **card})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/username"]


def test_old_failures_are_forgotten(db):
    old = FailedLogIn.objects.create(identifier="x", address="192.0.2.1")
    FailedLogIn.objects.filter(pk=old.pk).update(failed_at=timezone.now() - timedelta(days=31))
    FailedLogIn.objects.create(identifier="y", address="192.0.2.1")
    prune_failed_log_ins()
    prune_failed_log_ins()
    assert [row.identifier for row in FailedLogIn.objects.all()] == ["y"]
