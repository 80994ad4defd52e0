"""Passkeys: added with the password, then a browser's log-in by themselves; and moderators who need one."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import Passkey, Session, User
from accounts.tests.authenticators import set_up
from accounts.tests.security_key import USER_PRESENT, SecurityKey
from tests.support import factories
from tests.support.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.PYSTAGRAM_URL = "http://testserver"
    settings.RATE_LIMITS = False


def browser_of(user: User) -> Client:
    browser = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    browser.force_login(User.objects.get(pk=user.pk))
    return browser


def add(browser: Client, key: SecurityKey, password: str = PASSWORD) -> int:
    options = browser.post("/security/passkeys/options", {"password": password})
    if options.status_code != 200:
        return int(options.status_code)
    return int(browser.post("/security/passkeys", {"credential": key.create(options.json())}).status_code)


def log_in(key: SecurityKey, browser: Client | None = None, **form: str) -> Any:
    browser = browser or Client()
    options = browser.post("/login/passkey/options").json()
    return browser.post("/login/passkey", {"credential": key.get(options), **form})


@pytest.fixture
def key(alice: User) -> SecurityKey:
    own = SecurityKey()
    assert add(browser_of(alice), own) == 200
    return own


def test_one_is_added_with_the_password_and_shown(alice):
    browser, own = browser_of(alice), SecurityKey()
    assert add(browser, own, "wrong") == 400
    assert not Passkey.objects.exists()
    assert add(browser, own) == 200
    page = browser.get("/security").content.decode()
    assert "Firefox on Linux" in page
    assert Passkey.objects.get().user_id == alice.pk


def test_it_logs_in_without_a_password_and_is_a_device(alice, key):
    browser = Client()
    answer = log_in(key, browser, next="/v1/feed")
    assert (answer.status_code, answer.json()) == (200, {"next": "/v1/feed"})
    assert browser.get("/v1/me", headers={"Accept": "application/json"}).json()["username"] == "alice"
    assert Session.objects.get().user_id == alice.pk
    assert Passkey.objects.get().last_used_at is not None
    alice.refresh_from_db()
    assert alice.last_login is not None


def test_it_leads_nowhere_else(key):
    assert log_in(key, next="https://evil.example/").json()["next"] == "/v1/"


@pytest.mark.parametrize(
    ("what", "value"),
    [("origin", "https://evil.example"), ("site", "evil.example"), ("flags", USER_PRESENT), ("flags", 0)],
)
def test_for_another_site_or_without_its_owner_it_is_refused(alice, key, what, value):
    setattr(key, what, value)
    answer = log_in(key)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
    other = SecurityKey()
    setattr(other, what, value)
    assert add(browser_of(alice), other) == 400


def test_a_challenge_is_used_once(key):
    browser = Client()
    options = browser.post("/login/passkey/options").json()
    statuses = [browser.post("/login/passkey", {"credential": key.get(options)}).status_code for _ in range(2)]
    assert statuses == [200, 401]
    assert Client().post("/login/passkey", {"credential": key.get(options)}).status_code == 401


def test_a_challenge_of_another_browser_is_refused(key):
    theirs = Client().post("/login/passkey/options").json()
    mine = Client()
    mine.post("/login/passkey/options")
    assert mine.post("/login/passkey", {"credential": key.get(theirs)}).status_code == 401


def test_a_copied_device_is_found_by_its_count(key):
    for _ in range(3):
        assert log_in(key).status_code == 200
    key.count = 1
    assert log_in(key).status_code == 401


def test_unknown_forged_and_somebody_elses_answer_alike(alice, bob, key):
    stranger, forged = SecurityKey(), SecurityKey()
    forged.id = key.id
    answers = [log_in(one) for one in (stranger, forged)]
    User.objects.filter(pk=alice.pk).update(suspended_at=timezone.now())
    answers.append(log_in(key))
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "invalid_credentials")}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize(
    "credential", ["", "x", "[]", "{}", '{"id": 1}', '{"id": "x", "response": 7}', "null", "é", '{"id": "\\u0000"}']
)
def test_nonsense_is_refused(alice, key, credential):
    known = json.dumps({**json.loads(key.get({"challenge": "eA"})), "response": {}})
    for sent in (credential, known):
        browser = Client()
        browser.post("/login/passkey/options")
        assert browser.post("/login/passkey", {"credential": sent}).status_code == 401
        adding = browser_of(alice)
        adding.post("/security/passkeys/options", {"password": PASSWORD})
        assert adding.post("/security/passkeys", {"credential": sent}).status_code == 400


def test_one_is_removed_by_its_owner_only(alice, bob, key):
    pk = Passkey.objects.get().pk
    assert browser_of(bob).post(f"/security/passkeys/{pk}/remove").status_code == 404
    assert log_in(key).status_code == 200
    assert browser_of(alice).post(f"/security/passkeys/{pk}/remove").status_code == 302
    assert log_in(key).status_code == 401


def test_a_key_that_is_known_stays_whose_it_is(alice, bob, key):
    assert add(browser_of(bob), key) == 200
    assert Passkey.objects.get().user_id == alice.pk


def test_nobody_adds_one_without_a_log_in(alice):
    for path in ("/security/passkeys/options", "/security/passkeys"):
        assert Client().post(path).status_code == 302
    assert Client().get("/security")["Location"].startswith("/login")


@pytest.fixture(params=["administrator", "moderator"])
def moderator(settings: Any, request: pytest.FixtureRequest) -> User:
    """Of either role: all rights, or those that were given."""
    settings.STAFF_SECOND_FACTOR = True
    person = factories.person("moderator", is_staff=True, is_superuser=request.param == "administrator")
    person.user_permissions.add(Permission.objects.get(codename="view_user"))
    return person


def test_where_moderators_need_one_the_password_opens_no_admin(moderator):
    browser = Client()
    browser.post("/admin/login/", {"username": "moderator", "password": PASSWORD})
    assert browser.get("/admin/accounts/user/").status_code == 302
    assert b"second factor" in browser.get("/admin/login/").content
    assert browser.get("/security").status_code == 200
    assert browser.get("/v1/me").status_code == 200


def test_a_passkey_opens_it(moderator):
    own = SecurityKey()
    add(browser_of(moderator), own)
    browser = Client()
    assert log_in(own, browser, next="/admin/").json()["next"] == "/admin/"
    assert browser.get("/admin/accounts/user/").status_code == 200


def test_an_app_opens_it_too(moderator, client_for):
    app, _ = set_up(client_for(moderator))
    browser = Client()
    step = browser.post("/admin/login/", {"username": "moderator", "password": PASSWORD})["Location"]
    assert browser.post(step, {"code": app.code()})["Location"] == "/admin/"
    assert browser.get("/admin/accounts/user/").status_code == 200


def test_elsewhere_the_password_is_enough(moderator, settings):
    settings.STAFF_SECOND_FACTOR = False
    browser = Client()
    browser.post("/admin/login/", {"username": "moderator", "password": PASSWORD})
    assert browser.get("/admin/accounts/user/").status_code == 200
