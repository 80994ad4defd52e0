"""Who may register: everybody, whom a moderator lets in, who has an invitation, nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import Invitation, User
from accounts.tasks import prune_invitations
from accounts.tests.mailbox import letters_to, token_to
from events.models import Event
from tests.support import factories
from tests.support.factories import PASSWORD

pytestmark = pytest.mark.django_db
DORA = {
    "username": "dora", "name": "Dora", "email": "dora@example.com", "password": PASSWORD, "birth_date": "1990-05-17",
}  # fmt: skip


def register(**fields: Any) -> Any:
    return APIClient().post("/v1/auth/register", {**DORA, **fields})


def log_in() -> int:
    return int(APIClient().post("/v1/auth/token", {"username": "dora", "password": PASSWORD}).status_code)


def moderate(action: str, **fields: str) -> None:
    browser = Client()
    browser.force_login(factories.person("root", is_staff=True, is_superuser=True))
    chosen = [str(user.pk) for user in User.objects.get_queryset()]
    form = {"action": action, "_selected_action": chosen, **fields}
    assert browser.post("/admin/accounts/user/", form).status_code == 302


@pytest.mark.parametrize("mode", ["open", "approval", "invitation", "closed"])
def test_the_instance_says_which(settings, mode):
    settings.REGISTRATION = mode
    assert APIClient().get("/v1/instance").json()["registration"] == mode


def test_closed_is_closed(settings):
    settings.REGISTRATION = "closed"
    answer = register()
    assert (answer.status_code, answer.json()["code"]) == (403, "registration_closed")
    assert not User.objects.get_queryset().exists()


def test_who_is_not_let_in_yet_is_as_if_there_was_nobody(settings, alice, client_for):
    settings.REGISTRATION = "approval"
    answer = register()
    assert (answer.status_code, answer.json()) == (202, {"state": "awaiting_approval"})
    assert log_in() == 401
    assert client_for(alice).get("/v1/users/dora").status_code == 404
    assert letters_to("dora@example.com") == []
    APIClient().post("/v1/auth/password/reset", {"email": "dora@example.com"})
    assert letters_to("dora@example.com") == []
    assert register(email="other@example.com").status_code == 400  # the name is taken meanwhile
    assert not Event.objects.filter(name="user_registered").exists()


def test_a_moderator_lets_them_in_and_they_are_told(settings, alice, client_for):
    settings.REGISTRATION = "approval"
    register()
    moderate("let_in")
    assert log_in() == 200
    assert client_for(alice).get("/v1/users/dora").status_code == 200
    assert [subject for subject, _ in letters_to("dora@example.com")] == ["Welcome: your account is ready"]
    assert APIClient().post("/v1/auth/email/verify", {"token": token_to("dora@example.com")}).status_code == 204
    actions.approve(user=User.objects.get(username="dora"))
    assert len(letters_to("dora@example.com")) == 1
    assert Event.objects.filter(name="user_registered").count() == 1


def test_or_turns_them_down_and_nobody_else(settings, alice):
    settings.REGISTRATION = "approval"
    register()
    moderate("turn_away", reason="We know nobody of this name.")
    assert sorted(user.username for user in User.objects.get_queryset()) == ["alice", "root"]
    ((subject, text),) = letters_to("dora@example.com")
    assert (subject, "We know nobody of this name." in text) == ("Your registration was not accepted", True)
    assert "nobody of this name" in LogEntry.objects.get().change_message
    assert register().status_code == 202


def test_nobody_is_turned_down_without_a_reason(settings):
    settings.REGISTRATION = "approval"
    register()
    moderate("turn_away")
    assert User.objects.filter(username="dora", awaits_approval=True).exists()
    assert letters_to("dora@example.com") == []


def test_the_owner_of_an_address_hears_of_no_strangers_registration(settings, alice):
    settings.REGISTRATION = "approval"
    register(email=alice.email)
    moderate("turn_away", reason="no")
    assert letters_to(alice.email) == []


def test_who_is_suspended_for_another_reason_is_not_let_in_so(alice):
    User.objects.filter(pk=alice.pk).update(suspended_at=timezone.now())
    moderate("let_in")
    alice.refresh_from_db()
    assert alice.suspended_at is not None


def test_an_invitation_is_used_up(settings, capsys):
    settings.REGISTRATION = "invitation"
    call_command("invite", "--uses", "2", "--note", "friends")
    code = capsys.readouterr().out.strip()
    assert code not in str(list(Invitation.objects.values()))
    assert register(invitation=code.upper()).status_code == 201
    taken = register(invitation=code)
    assert taken.json()["errors"][0]["pointer"] == "/username"  # which uses nothing up
    assert register(username="dora2", invitation=f" {code} ").status_code == 201
    last = register(username="dora3", invitation=code)
    assert (last.status_code, last.json()["errors"][0]["pointer"]) == (400, "/invitation")


@pytest.mark.parametrize("given", [{}, {"invitation": ""}, {"invitation": "nonsense"}, {"invitation": "é"}])
def test_without_one_nobody_registers(settings, given):
    settings.REGISTRATION = "invitation"
    answer = register(**given)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/invitation")
    assert not User.objects.get_queryset().exists()


def test_one_runs_out_and_is_forgotten(settings):
    settings.REGISTRATION = "invitation"
    code = actions.invite(uses=5, days=1)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert register(invitation=code).status_code == 400
    assert prune_invitations() == 0
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=31))
    assert prune_invitations() == 1
    assert prune_invitations() == 0


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_with_a_code_for_three_three_register(settings, run_concurrently):
    settings.REGISTRATION, settings.RATE_LIMITS = "invitation", False
    code = actions.invite(uses=3, days=1)
    calls = [
        lambda n=n: register(username=f"dora{n}", email=f"d{n}@example.com", invitation=code).status_code
        for n in range(8)
    ]
    assert sorted(run_concurrently(calls)) == [201] * 3 + [400] * 5
    assert Invitation.objects.get().uses_left == 0


def test_where_all_may_register_a_code_means_nothing(settings):
    assert register(invitation="nonsense").status_code == 201


@pytest.mark.parametrize("arguments", [["--uses", "0"], ["--days", "0"], ["--days", "9999"]])
def test_a_code_for_nobody_is_none(arguments):
    with pytest.raises(CommandError):
        call_command("invite", *arguments)
