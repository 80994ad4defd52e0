"""Log-in, refresh and log-out: a session's end is its tokens' end, by the next request."""

from datetime import timedelta

import jwt
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import FailedLogIn, Session, User
from tests.support.factories import PASSWORD

pytestmark = pytest.mark.django_db


def log_in(name: str = "alice", password: str = PASSWORD) -> dict[str, str]:
    answer = APIClient().post("/v1/auth/token", {"username": name, "password": password})
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def me(access: str) -> int:
    return APIClient().get("/v1/me", HTTP_AUTHORIZATION=f"Bearer {access}").status_code


def refresh(token: str) -> tuple[int, dict[str, str]]:
    answer = APIClient().post("/v1/auth/token/refresh", {"refresh": token})
    return answer.status_code, answer.json()


@pytest.mark.parametrize("name", ["alice", "ALICE", "alice@example.com", "Alice@Example.com"])
def test_log_in_by_name_or_address(alice, name):
    assert me(log_in(name)["access"]) == 200
    alice.refresh_from_db()
    assert alice.last_login is not None


def test_unknown_wrong_and_suspended_answer_alike(alice, bob):
    User.objects.filter(pk=bob.pk).update(suspended_at=timezone.now())
    answers = [
        APIClient().post("/v1/auth/token", {"username": name, "password": password})
        for name, password in [("nobody", PASSWORD), ("alice", "wrong"), ("bob", PASSWORD)]
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["code"] == "invalid_credentials"


def test_ten_failures_close_the_door_for_that_name_and_place_only(alice, bob):
    for _ in range(10):
        APIClient().post("/v1/auth/token", {"username": "alice", "password": "wrong"})
    answer = APIClient().post("/v1/auth/token", {"username": "alice", "password": PASSWORD})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    log_in("bob")
    elsewhere = {"username": "alice", "password": PASSWORD}
    assert APIClient(REMOTE_ADDR="192.0.2.7").post("/v1/auth/token", elsewhere).status_code == 200
    FailedLogIn.objects.update(failed_at=timezone.now() - timedelta(minutes=16))
    log_in("alice")


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer a b", "Bearer x.y.z", "Bearer \xe4", "Bearer " + "a" * 5000],
)
def test_broken_headers_are_401(alice, header):
    answer = APIClient().get("/v1/me", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid_token"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_forged_tokens_are_401(alice):
    claims = jwt.decode(log_in()["access"], options={"verify_signature": False})
    key = settings.SIMPLE_JWT["SIGNING_KEY"]
    for forged in [
        jwt.encode(claims, key + "x", algorithm="HS256"),
        jwt.encode(claims, key, algorithm="HS512"),
        jwt.encode(claims, None, algorithm="none"),
        jwt.encode({**claims, "exp": 1}, key, algorithm="HS256"),
        jwt.encode({**claims, "sid": "nonsense"}, key, algorithm="HS256"),
        jwt.encode({**claims, "sid": ["a"]}, key, algorithm="HS256"),
        jwt.encode({name: value for name, value in claims.items() if name != "sid"}, key, algorithm="HS256"),
        jwt.encode({**claims, "token_type": "refresh"}, key, algorithm="HS256"),
    ]:
        assert me(forged) == 401
    assert me(jwt.encode(claims, key, algorithm="HS256")) == 200


def test_a_refresh_token_is_no_access_token_nor_the_reverse(alice):
    pair = log_in()
    assert me(pair["refresh"]) == 401
    assert refresh(pair["access"])[0] == 401


def test_refresh_rotates(alice):
    first = log_in()
    status, second = refresh(first["refresh"])
    assert status == 200
    assert second["refresh"] != first["refresh"]
    assert me(second["access"]) == 200
    assert refresh(second["refresh"])[0] == 200


def test_a_lost_reply_gets_the_same_successor(alice):
    first = log_in()["refresh"]
    successors = [refresh(first)[1]["refresh"] for _ in range(2)]
    assert len({jwt.decode(token, options={"verify_signature": False})["jti"] for token in successors}) == 1
    assert refresh(successors[1])[0] == 200


def test_reuse_after_the_grace_ends_the_session(alice):
    first = log_in()["refresh"]
    _, second = refresh(first)
    Session.objects.update(rotated_at=timezone.now() - timedelta(seconds=11))
    assert refresh(first)[0] == 401
    assert refresh(second["refresh"])[0] == 401
    assert me(second["access"]) == 401


def test_log_out_ends_one_session_and_everywhere_all(alice):
    one, two, three = log_in(), log_in(), log_in()
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {one['access']}")
    assert client.post("/v1/auth/logout").status_code == 204
    assert [me(pair["access"]) for pair in (one, two, three)] == [401, 200, 200]
    assert refresh(one["refresh"])[0] == 401
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {two['access']}")
    assert client.post("/v1/auth/logout-all").status_code == 204
    assert [me(pair["access"]) for pair in (two, three)] == [401, 401]
    assert refresh(three["refresh"])[0] == 401


@pytest.mark.parametrize("states", [["suspended_at"], ["deleted_at", "purged_at"]])
def test_a_suspension_counts_from_the_next_request(alice, states):
    pair = log_in()
    browser = Client()
    browser.post("/login", {"username": "alice", "password": PASSWORD})
    assert browser.get("/v1/me").status_code == 200
    User.objects.filter(pk=alice.pk).update(**dict.fromkeys(states, timezone.now()))
    assert me(pair["access"]) == 401
    assert refresh(pair["refresh"])[0] == 401
    assert browser.get("/v1/me").status_code == 401


def test_a_new_password_ends_every_session(alice):
    old, other = log_in(), log_in()
    browser = Client()
    browser.post("/login", {"username": "alice", "password": PASSWORD})
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {old['access']}")
    change = {"old_password": PASSWORD, "new_password": "staple-battery-horse"}
    wrong = client.post("/v1/auth/password/change", {**change, "old_password": "no"})
    assert wrong.json()["errors"][0]["pointer"] == "/old_password"
    new = client.post("/v1/auth/password/change", change)
    assert new.status_code == 200
    assert [me(pair["access"]) for pair in (old, other, new.json())] == [401, 401, 200]
    assert browser.get("/v1/me").status_code == 401
    log_in(password="staple-battery-horse")


def test_the_browser_logs_in_by_the_same_action(alice):
    browser = Client()
    assert b"No account" in browser.post("/login", {"username": "alice", "password": "wrong"}).content
    answer = browser.post(
        "/login?next=/v1/me", {"username": "alice@example.com", "password": PASSWORD, "next": "/v1/me"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/v1/me")
    assert browser.get("/v1/me", HTTP_ACCEPT="text/html").status_code == 200
    elsewhere = Client().post("/login", {"username": "alice", "password": PASSWORD, "next": "https://evil.example/"})
    assert elsewhere["Location"] == "/v1/"
