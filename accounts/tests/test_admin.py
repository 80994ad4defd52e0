"""What moderators with the run of the accounts' admin must not be able to do: learn secrets, or promote themselves."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
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
    page = client_of(moderator).get("/admin/accounts/user/?q=alice&is_private__exact=0&suspended_at__isempty=1")
    assert page.status_code == 200
    assert f"/admin/accounts/user/{alice.pk}/change/" in page.content.decode()


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
