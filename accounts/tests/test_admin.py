"""What moderators with the run of the accounts' admin must not be able to do: learn secrets, or promote themselves."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import Session, User
from tests.support import factories

pytestmark = pytest.mark.django_db
SECRETS = ["password__startswith=x", "password__regex=x", "password=x"]


@pytest.fixture
def moderator() -> User:
    """Staff with every permission on accounts, but no superuser."""
    user = factories.person("moderator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    return user


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize("query", SECRETS)
def test_people_cannot_be_searched_by_their_secrets(moderator, alice, query):
    assert client_of(moderator).get(f"/admin/accounts/user/?{query}").status_code == 400


@pytest.mark.parametrize("query", ["refresh_jti__startswith=x", "user__password__startswith=x"])
def test_sessions_cannot_be_searched_by_their_secrets(moderator, query):
    assert client_of(moderator).get(f"/admin/accounts/session/?{query}").status_code == 400


def test_what_is_meant_to_be_searched_can_be(moderator, alice):
    for query, found in (("q=alice", True), ("q=alice&standing=staff", False), ("q=moderator&standing=staff", False)):
        page = client_of(moderator).get(f"/admin/accounts/user/?{query}")
        assert page.status_code == 200
        assert (f"/admin/accounts/user/{alice.pk}/change/" in page.content.decode()) is found


@pytest.mark.parametrize("name", ["moderator", "alice"])
def test_only_superusers_hand_out_power(moderator, alice, name):
    person = User.objects.get(username=name)
    everything: dict[str, Any] = {"is_staff": "on", "is_superuser": "on"}
    everything["user_permissions"] = list(Permission.objects.values_list("pk", flat=True))
    answer = client_of(moderator).post(f"/admin/accounts/user/{person.pk}/change/", everything)
    after = User.objects.get(pk=person.pk)
    assert answer.status_code in {302, 403}
    assert not after.is_superuser
    assert after.is_staff == person.is_staff
    assert after.user_permissions.count() == person.user_permissions.count() < Permission.objects.count()


def test_a_superuser_hands_out_power(alice):
    boss = factories.person("boss", is_staff=True, is_superuser=True)
    assert client_of(boss).post(f"/admin/accounts/user/{alice.pk}/change/", {"is_staff": "on"}).status_code == 302
    alice.refresh_from_db()
    assert alice.is_staff


def test_nothing_is_deleted_here(alice):
    boss = factories.person("boss", is_staff=True, is_superuser=True)
    assert client_of(boss).post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    client_of(boss).post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [alice.pk]})
    assert User.objects.filter(pk=alice.pk).exists()


STANDINGS = {
    "awaits_approval": {"awaits_approval": True, "suspended_at": timezone.now()},
    "suspended": {"suspended_at": timezone.now()},
    "limited": {"limited_at": timezone.now()},
    "deactivated": {"deactivated_at": timezone.now()},
    "to_be_deleted": {"deleted_at": timezone.now()},
    "private": {"private": True},
}


@pytest.mark.parametrize("standing", STANDINGS)
def test_people_are_listed_by_their_standing(moderator, alice, standing):
    people = {name: factories.person(f"is.{name}", **fields) for name, fields in STANDINGS.items()}
    page = client_of(moderator).get(f"/admin/accounts/user/?standing={standing}").content.decode()
    shown = [name for name, person in people.items() if f"/{person.pk}/change/" in page]
    assert shown == [standing]
    assert f"/{alice.pk}/change/" not in page


def test_a_password_is_changed_by_the_action_that_ends_sessions(moderator):
    client, form = client_of(moderator), {"old_password": factories.PASSWORD}
    form["new_password1"] = form["new_password2"] = "entirely-different-horse"
    for answer in (client.get("/admin/password_change/"), client.post("/admin/password_change/", form)):
        assert (answer.status_code, answer["Location"]) == (302, "/v1/auth/password/change")
    assert User.objects.get(pk=moderator.pk).check_password(factories.PASSWORD)
    assert client.get("/v1/auth/password/change", headers={"Accept": "text/html"}).content.count(b"new_password") >= 1


def test_who_logs_out_of_the_admin_is_no_device_any_more(moderator):
    client = Client()
    client.post("/admin/login/", {"username": "moderator", "password": factories.PASSWORD})
    assert Session.objects.get().revoked_at is None
    assert client.post("/admin/logout/").status_code in {200, 302}
    assert Session.objects.get().revoked_at is not None
    assert client.get("/admin/").status_code == 302
