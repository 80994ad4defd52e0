"""A new password by mail: one answer and the same work for every address."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Mail, User
from accounts.tests.mailbox import letters_to, token_to
from tests.support import factories
from tests.support.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "staple-battery-horse"


def request_reset(email: str) -> tuple[int, bytes]:
    answer = APIClient().post("/v1/auth/password/reset", {"email": email})
    return answer.status_code, answer.content


def confirm(token: str, password: str = NEW) -> int:
    body = {"token": token, "new_password": password}
    return int(APIClient().post("/v1/auth/password/reset/confirm", body).status_code)


def log_in(name: str, password: str) -> dict[str, str]:
    return dict(APIClient().post("/v1/auth/token", {"username": name, "password": password}).json())


def test_a_code_makes_a_new_password_once_and_ends_every_session(alice):
    before = log_in("alice", PASSWORD)
    browser = Client()
    browser.post("/login", {"username": "alice", "password": PASSWORD})
    request_reset("Alice@example.com")
    token = token_to("alice@example.com")
    assert [confirm(token), confirm(token)] == [204, 400]
    assert APIClient(HTTP_AUTHORIZATION=f"Bearer {before['access']}").get("/v1/me").status_code == 401
    assert browser.get("/v1/me").status_code == 401
    assert log_in("alice", NEW)["access"]
    assert log_in("alice", PASSWORD)["code"] == "invalid_credentials"
    assert letters_to("alice@example.com")[-1][0] == "Your password was changed"


def test_known_unknown_and_suspended_answer_alike_with_the_same_queries(alice, bob):
    User.objects.filter(pk=bob.pk).update(suspended_at=timezone.now())
    seen = []
    for email in ("alice@example.com", "nobody@example.com", "bob@example.com"):
        with CaptureQueriesContext(connection) as queries:
            answer = request_reset(email)
        seen.append((answer, [query["sql"].split()[0] for query in queries.captured_queries]))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == (202, b"")
    assert len(letters_to("alice@example.com")) == 1
    assert letters_to("nobody@example.com") == letters_to("bob@example.com") == []


def test_a_weak_password_is_refused_and_the_code_stays_good(alice):
    request_reset(alice.email)
    token = token_to(alice.email)
    answer = APIClient().post("/v1/auth/password/reset/confirm", {"token": token, "new_password": "alice"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/new_password")
    assert confirm(token) == 204


def test_a_later_code_ends_the_earlier(alice):
    request_reset(alice.email)
    first = token_to(alice.email)
    request_reset(alice.email)
    second = token_to(alice.email)
    assert [confirm(first), confirm(second)] == [400, 204]


def test_a_code_lives_for_an_hour(alice):
    request_reset(alice.email)
    token = token_to(alice.email)
    Mail.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert confirm(token) == 400


def test_a_changed_password_or_address_ends_codes_asked_for_before(alice, client_for):
    request_reset(alice.email)
    token = token_to(alice.email)
    change = {"old_password": PASSWORD, "new_password": NEW}
    assert client_for(alice).post("/v1/auth/password/change", change).status_code == 200
    assert confirm(token) == 400
    assert letters_to(alice.email)[-1][0] == "Your password was changed"
    request_reset(alice.email)
    token = token_to(alice.email)
    User.objects.filter(pk=alice.pk).update(email="new@example.com")
    assert confirm(token) == 400


def test_whoever_resets_has_verified_the_address():
    factories.person("eve", email_verified_at=None)
    request_reset("eve@example.com")
    assert confirm(token_to("eve@example.com")) == 204
    assert User.objects.get(username="eve").is_email_verified


def test_of_an_address_that_several_claim_the_owner_gets_the_code(alice):
    other = factories.person("later", email_verified_at=None)
    User.objects.filter(pk=other.pk).update(email=alice.email)
    request_reset(alice.email)
    assert "@alice" in letters_to(alice.email)[-1][1]
    assert confirm(token_to(alice.email)) == 204
    assert log_in("alice", NEW)["access"]
    assert log_in("later", PASSWORD)["access"]


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_reset_once(alice, run_concurrently):
    request_reset(alice.email)
    token = token_to(alice.email)
    statuses = run_concurrently([lambda n=n: confirm(token, f"{NEW}-{n}") for n in range(8)])
    assert sorted(statuses) == [204] + [400] * 7


def test_the_page_of_the_link_changes_nothing_until_its_button_is_pressed(alice):
    request_reset(alice.email)
    page = f"/confirm/{token_to(alice.email)}"
    browser = Client()
    shown = browser.get(page)
    assert shown.status_code == 200
    assert b"@alice" in shown.content
    assert shown["Referrer-Policy"] == "no-referrer"
    assert browser.post(page, {"new_password": "alice"}).status_code == 400
    assert browser.post(page, {"new_password": NEW}).status_code == 200
    assert log_in("alice", NEW)["access"]
    assert browser.get(page).status_code == 404
    assert browser.get("/confirm/nonsense").status_code == 404


def test_the_page_verifies_and_undoes(client_for, alice):
    client_for(alice).post("/v1/auth/email/change", {"email": "new@example.com", "password": PASSWORD})
    assert b"new@example.com" in Client().get(f"/confirm/{token_to('new@example.com')}").content
    assert Client().post(f"/confirm/{token_to('new@example.com')}").status_code == 200
    assert User.objects.get(pk=alice.pk).email == "new@example.com"
    assert Client().post(f"/confirm/{token_to('alice@example.com')}").status_code == 200
    assert User.objects.get(pk=alice.pk).email == "alice@example.com"


def test_the_page_takes_no_forged_form(alice):
    request_reset(alice.email)
    page = f"/confirm/{token_to(alice.email)}"
    assert Client(enforce_csrf_checks=True).post(page, {"new_password": NEW}).status_code == 403
