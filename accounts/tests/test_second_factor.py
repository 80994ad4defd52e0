"""The second factor: nobody gets in with the password alone, however they log in; a code is taken once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.core import signing
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions
from accounts.actions import second_factor
from accounts.models import Authenticator, FailedLogIn, RecoveryCode, Session, User
from accounts.tests.authenticators import App, set_up
from tests.support import factories
from tests.support.factories import PASSWORD
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
TOTP = "/v1/me/second-factor/totp"


@pytest.fixture(autouse=True)
def _unlimited(settings):
    settings.RATE_LIMITS = False  # a limit of its own, which holds only while there is Redis


@pytest.fixture
def app(alice, client_for) -> App:
    return set_up(client_for(alice))[0]


def first_step(name: str = "alice", password: str = PASSWORD) -> Any:
    return APIClient().post("/v1/auth/token", {"username": name, "password": password})


def challenge() -> str:
    answer = first_step()
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")
    return str(answer.json()["challenge"])


def second_step(code: str, given: str | None = None, address: str = "192.0.2.1") -> Any:
    body = {"challenge": given or challenge(), "code": code}
    return APIClient(REMOTE_ADDR=address).post("/v1/auth/token/second-factor", body)


def test_setting_it_up_takes_the_password_and_a_code(alice, client_for):
    client = client_for(alice)
    assert client.post(TOTP, {"password": "wrong"}).json()["errors"][0]["pointer"] == "/password"
    assert client.post(f"{TOTP}/confirm", {"code": "000000"}).status_code == 409
    given = client.post(TOTP, {"password": PASSWORD}).json()
    assert given["uri"].startswith("otpauth://totp/")
    assert given["secret"] in given["uri"]
    wrong = client.post(f"{TOTP}/confirm", {"code": "1234567"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/code")
    assert first_step().status_code == 200  # not yet confirmed
    codes = client.post(f"{TOTP}/confirm", {"code": App(given["secret"]).code()}).json()["recovery_codes"]
    assert len(set(codes)) == 10
    answer = client_for(alice).get("/v1/me/second-factor").json()
    assert answer == {"methods": ["totp"], "recovery_codes_left": 10}
    assert client.post(TOTP, {"password": PASSWORD}).status_code == 409


def test_the_password_alone_gives_no_token_and_a_code_gives_them(alice, app):
    assert set(first_step().json()) >= {"challenge", "code"}
    assert not Session.objects.exists()
    answer = second_step(app.code())
    assert set(answer.json()) == {"access", "refresh", "expires_in"}
    me = APIClient(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}").get("/v1/me")
    assert me.json()["username"] == "alice"
    alice.refresh_from_db()
    assert alice.last_login is not None


def test_the_address_does_not_get_round_it(app):
    assert first_step("alice@example.com").json()["code"] == "second_factor_required"
    assert first_step("alice@example.com", "wrong").json()["code"] == "invalid_credentials"


def test_a_code_is_taken_once_and_so_is_none_before_it(app):
    later = app.code(1)
    assert second_step(later).status_code == 200
    for code in (later, app.code(), app.code(-1)):
        answer = second_step(code)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_code")


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_use_a_code_once(alice, client_for, run_concurrently):
    app, recovery = set_up(client_for(alice))
    given, code = challenge(), app.code()
    statuses = run_concurrently([lambda: second_step(code, given).status_code] * 8)
    assert sorted(statuses) == [200] + [401] * 7
    statuses = run_concurrently([lambda: second_step(recovery[0], given, "192.0.2.9").status_code] * 8)
    assert sorted(statuses) == [200] + [401] * 7


def test_a_recovery_code_is_taken_once_however_it_is_typed(alice, client_for):
    _, codes = set_up(client_for(alice))
    assert second_step(codes[0].upper().replace("-", "")).status_code == 200
    assert second_step(codes[0]).json()["code"] == "invalid_code"
    assert second_step(f" {codes[1]} ").status_code == 200
    assert client_for(alice).get("/v1/me/second-factor").json()["recovery_codes_left"] == 8


def test_new_recovery_codes_end_the_old(alice, client_for):
    _, old = set_up(client_for(alice))
    client = client_for(alice)
    assert client.post("/v1/me/second-factor/recovery-codes", {"password": "wrong"}).status_code == 400
    new = client.post("/v1/me/second-factor/recovery-codes", {"password": PASSWORD}).json()["recovery_codes"]
    assert not set(new) & set(old)
    assert second_step(old[0]).status_code == 401
    assert second_step(new[0]).status_code == 200


def test_somebody_elses_codes_are_wrong(alice, bob, app, client_for):
    his, recovery = set_up(client_for(bob))
    for code in (his.code(), recovery[0], "", "000000x", "٠٠٠٠٠٠", "\u200b", "0" * 64):
        assert second_step(code or "x").json()["code"] == "invalid_code"


@pytest.mark.parametrize("forged", ["x", "WzEsMF0:1x:y", "\x00".replace("\x00", "é")])
def test_a_forged_challenge_is_no_log_in(app, forged):
    answer = second_step(app.code(), forged)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_a_challenge_ends_with_time_a_new_password_and_a_suspension(alice, app, monkeypatch):
    given = challenge()
    User.objects.filter(pk=alice.pk).update(suspended_at=timezone.now())
    assert second_step(app.code(), given).json()["code"] == "invalid_token"
    User.objects.filter(pk=alice.pk).update(suspended_at=None, token_version=7)
    assert second_step(app.code(), given).json()["code"] == "invalid_token"
    given = challenge()
    monkeypatch.setattr(second_factor, "CHALLENGE_SECONDS", -1)  # as if five minutes had gone by
    assert second_step(app.code(), given).json()["code"] == "invalid_token"


def test_a_token_of_another_purpose_is_no_challenge(alice, app):
    other = signing.dumps([alice.pk, alice.token_version], salt="something else")
    assert second_step(app.code(), other).json()["code"] == "invalid_token"


def test_ten_wrong_codes_from_anywhere_are_all(alice, app):
    given = challenge()
    statuses = [second_step(f"{n:06}", given, f"203.0.113.{n}").status_code for n in range(11)]
    assert statuses == [401] * 10 + [429]
    assert second_step(app.code(), given, "203.0.113.99").status_code == 429


def test_where_the_person_usually_is_others_wrong_codes_do_not_count(alice, app):
    actions.open_session(user=alice, caller=actions.Caller("192.0.2.1"))
    given = challenge()
    for number in range(10):
        second_step(f"{number:06}", given, f"203.0.113.{number}")
    assert second_step(app.code(), given, "192.0.2.1").status_code == 200
    FailedLogIn.objects.update(failed_at=timezone.now() - timedelta(minutes=16))
    assert second_step(app.code(1), given, "203.0.113.9").status_code == 200


@pytest.mark.parametrize(("page", "home"), [("/login", "/v1/"), ("/admin/login/", "/admin/")])
def test_a_browser_is_asked_for_it_too(alice, app, page, home):
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    browser = Client()
    answer = browser.post(page, {"username": "alice", "password": PASSWORD})
    step = answer["Location"]
    assert (answer.status_code, step.partition("?")[0]) == (302, "/login/second-step")
    assert browser.get("/v1/me").status_code == 401
    assert browser.get("/admin/").status_code == 302
    assert browser.get(step).status_code == 200
    assert b"not the code" in browser.post(step, {"code": "000000"}).content
    assert browser.get("/v1/me").status_code == 401
    done = browser.post(step, {"code": app.code()})
    assert (done.status_code, done["Location"]) == (302, home)
    assert browser.get("/v1/me", headers={"Accept": "application/json"}).json()["username"] == "alice"


def test_the_step_without_a_password_leads_to_the_first(app):
    assert Client().get("/login/second-step")["Location"] == "/login"
    answer = Client().post("/login/second-step", {"code": app.code()})
    assert (answer.status_code, answer["Location"]) == (302, "/login")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/v1/\nX: 1", "javascript:alert(1)"])
def test_the_step_leads_nowhere_else(app, target):
    browser = Client()
    browser.post("/login", {"username": "alice", "password": PASSWORD})
    assert browser.post("/login/second-step", {"code": app.code(), "next": target})["Location"] == "/v1/"


def test_disabling_takes_the_password_and_tells_the_owner(alice, app, client_for):
    assert client_for(alice).post(f"{TOTP}/disable", {"password": "wrong"}).status_code == 400
    assert first_step().status_code == 403
    assert [client_for(alice).post(f"{TOTP}/disable", {"password": PASSWORD}).status_code for _ in range(2)] == [
        204
    ] * 2
    assert first_step().status_code == 200
    assert not RecoveryCode.objects.exists()
    drain()
    assert [message.subject for message in outbox.outbox] == ["Your second factor was removed"]


def test_a_reset_does_not_get_round_it(alice, app):
    user = User.objects.get(pk=alice.pk)
    user.set_password("staple-battery-horse")
    user.save()
    assert first_step(password="staple-battery-horse").json()["code"] == "second_factor_required"


def test_under_another_secret_key_recovery_codes_still_open(alice, client_for, settings):
    app, codes = set_up(client_for(alice))
    settings.SECRET_KEY = "another-key-of-fifty-characters-that-signs-nothing"
    given = challenge()
    assert second_step(app.code(), given).status_code == 401
    assert second_step(codes[0], given).status_code == 200


def test_the_database_holds_neither_secret_nor_codes(alice, client_for):
    secret = client_for(alice).post(TOTP, {"password": PASSWORD}).json()["secret"]
    codes = client_for(alice).post(f"{TOTP}/confirm", {"code": App(secret).code()}).json()["recovery_codes"]
    rows = str(list(Authenticator.objects.values())) + str(list(RecoveryCode.objects.values()))
    assert secret not in rows
    assert not any(code in rows or code.replace("-", "") in rows for code in codes)


def test_an_operator_removes_it(alice, app, capsys):
    call_command("remove_second_factor", "alice")
    assert first_step().status_code == 200
    call_command("remove_second_factor", "alice")
    assert "as before" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "nobody")


@pytest.mark.parametrize("query", ["authenticator/?secret__startswith=g", "recoverycode/?digest__startswith=a"])
def test_moderators_cannot_search_by_secrets(alice, query):
    browser = Client()
    browser.force_login(factories.person("root", is_staff=True, is_superuser=True))
    assert browser.get(f"/admin/accounts/{query}").status_code == 400
