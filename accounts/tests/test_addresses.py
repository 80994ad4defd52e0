"""Verifying an address, changing it, undoing the change."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.mailing import lock_address
from accounts.models import Mail, User
from accounts.tests.mailbox import letters_to, token_to
from tests.support import factories
from tests.support.factories import PASSWORD
from tests.support.locks import wait_for_waiting

pytestmark = pytest.mark.django_db
DORA = {
    "username": "dora", "name": "Dora", "email": "dora@example.com", "password": PASSWORD, "birth_date": "1990-05-17",
}  # fmt: skip


def register(**fields: str) -> APIClient:
    answer = APIClient().post("/v1/auth/register", {**DORA, **fields})
    assert answer.status_code == 201, answer.content
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")


def verify(token: str) -> int:
    return int(APIClient().post("/v1/auth/email/verify", {"token": token}).status_code)


def log_in(name: str, password: str = PASSWORD) -> int:
    return int(APIClient().post("/v1/auth/token", {"username": name, "password": password}).status_code)


def change(client: APIClient, email: str, password: str = PASSWORD) -> int:
    return int(client.post("/v1/auth/email/change", {"email": email, "password": password}).status_code)


def test_registering_sends_a_code_that_verifies_once():
    dora = register()
    assert dora.get("/v1/me").json()["email_verified"] is False
    assert log_in("dora@example.com") == 401
    token = token_to("dora@example.com")
    assert [verify(token), verify(token)] == [204, 400]
    assert dora.get("/v1/me").json()["email_verified"] is True
    assert log_in("Dora@example.com") == 200


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "A" * 43, "A" * 44, "_" * 43, "A" * 65])
def test_what_is_no_token_is_a_400(token):
    answer = APIClient().post("/v1/auth/email/verify", {"token": token})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["errors"][0]["pointer"] == "/token"


def test_a_forged_token_is_wrong_and_five_of_them_end_the_true_one():
    register()
    token = token_to("dora@example.com")
    forged = token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB")
    assert [verify(forged) for _ in range(4)] == [400] * 4
    assert Mail.objects.get().tries == 4
    assert verify(forged) == 400
    assert verify(token) == 400


def test_four_wrong_ones_do_not():
    register()
    token = token_to("dora@example.com")
    assert {verify(token[:-6] + "AAAAAA") for _ in range(4)} == {400}
    assert verify(token) == 204


def test_a_token_of_another_purpose_is_wrong(alice):
    APIClient().post("/v1/auth/password/reset", {"email": alice.email})
    assert verify(token_to(alice.email)) == 400


def test_a_token_runs_out():
    register()
    token = token_to("dora@example.com")
    Mail.objects.update(created_at=timezone.now() - timedelta(days=3, seconds=1))
    assert verify(token) == 400


def test_resending_gives_a_fresh_code_and_ends_the_old():
    dora = register()
    old = token_to("dora@example.com")
    assert dora.post("/v1/auth/email/resend").status_code == 202
    fresh = token_to("dora@example.com")
    assert fresh != old
    assert [verify(old), verify(fresh)] == [400, 204]


def test_resending_to_a_verified_address_sends_nothing(client_for, alice):
    assert client_for(alice).post("/v1/auth/email/resend").status_code == 202
    assert letters_to(alice.email) == []


def test_a_later_verification_wins():
    register()
    first = token_to("dora@example.com")
    other = register(username="dora.too")
    second = token_to("dora@example.com")
    assert [verify(first), verify(second)] == [204, 204]
    assert other.get("/v1/me").json()["email_verified"] is True
    assert User.objects.get(username="dora").email_verified_at is None
    assert User.objects.get_queryset().with_address("dora@example.com").get().username == "dora.too"


@pytest.mark.django_db(transaction=True)
def test_eight_accounts_verify_one_address_at_once_and_one_has_it(run_concurrently):
    tokens = []
    for number in range(8):
        register(username=f"dora{number}")
        Mail.objects.update(created_at=timezone.now() - timedelta(hours=2))
        tokens.append(token_to("dora@example.com"))
    statuses = run_concurrently([lambda token=token: verify(token) for token in tokens])
    assert statuses == [204] * 8
    assert User.objects.get_queryset().with_address("dora@example.com").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_use_a_token_once(run_concurrently):
    register()
    token = token_to("dora@example.com")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_address("dora@example.com")  # so that all of them have found the token before one uses it
            statuses = pool.submit(run_concurrently, [lambda: verify(token)] * 8)
            wait_for_waiting(8)
        assert sorted(statuses.result(60)) == [204] + [400] * 7


def test_a_change_waits_for_the_new_address_and_tells_the_old(client_for, alice):
    client = client_for(alice)
    assert change(client, "New@example.com") == 202
    assert client_for(alice).get("/v1/me").json()["email"] == "alice@example.com"
    assert letters_to("alice@example.com") == []
    assert verify(token_to("new@example.com")) == 204
    me = client_for(alice).get("/v1/me").json()
    assert (me["email"], me["email_verified"]) == ("new@example.com", True)
    assert [log_in("new@example.com"), log_in("alice@example.com")] == [200, 401]
    assert letters_to("alice@example.com")[-1][0] == "Your e-mail address was changed"


def test_a_change_needs_the_password(client_for, alice):
    answer = client_for(alice).post("/v1/auth/email/change", {"email": "n@example.com", "password": "wrong"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/password")
    assert not Mail.objects.exists()


def test_the_old_address_undoes_it_and_everybody_is_logged_out(client_for, alice):
    change(client_for(alice), "thief@example.com")
    verify(token_to("thief@example.com"))
    thief = APIClient().post("/v1/auth/token", {"username": "alice", "password": PASSWORD}).json()["access"]
    undo = token_to("alice@example.com")
    assert APIClient().post("/v1/auth/email/undo", {"token": undo}).status_code == 204
    assert APIClient().post("/v1/auth/email/undo", {"token": undo}).status_code == 400
    alice.refresh_from_db()
    assert (alice.email, alice.is_email_verified) == ("alice@example.com", True)
    assert APIClient(HTTP_AUTHORIZATION=f"Bearer {thief}").get("/v1/me").status_code == 401


def test_a_thief_who_changes_it_twice_cannot_end_the_owners_undo(client_for, alice):
    change(client_for(alice), "thief@example.com")
    verify(token_to("thief@example.com"))
    owners = token_to("alice@example.com")
    change(client_for(User.objects.get(pk=alice.pk)), "thief2@example.com")
    verify(token_to("thief2@example.com"))
    thiefs = token_to("thief@example.com")
    APIClient().post("/v1/auth/password/reset", {"email": "thief2@example.com"})
    reset = {"token": token_to("thief2@example.com"), "new_password": "staple-battery-horse"}
    assert APIClient().post("/v1/auth/password/reset/confirm", reset).status_code == 204
    assert APIClient().post("/v1/auth/email/undo", {"token": thiefs}).status_code == 204
    assert APIClient().post("/v1/auth/email/undo", {"token": owners}).status_code == 204
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_after_the_owners_undo_the_thiefs_is_of_no_use(client_for, alice):
    change(client_for(alice), "thief@example.com")
    verify(token_to("thief@example.com"))
    owners = token_to("alice@example.com")
    change(client_for(User.objects.get(pk=alice.pk)), "thief2@example.com")
    verify(token_to("thief2@example.com"))
    thiefs = token_to("thief@example.com")
    APIClient().post("/v1/auth/email/undo", {"token": owners})
    assert APIClient().post("/v1/auth/email/undo", {"token": thiefs}).status_code == 400


def test_a_change_to_somebody_elses_address_tells_them_and_nobody_else(client_for, alice, bob):
    answers = [
        client_for(alice).post("/v1/auth/email/change", {"email": email, "password": PASSWORD})
        for email in ("bob@example.com", "nobody@example.com")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
    assert [subject for subject, _ in letters_to("bob@example.com")] == ["You already have an account"]
    assert "/confirm/" not in letters_to("bob@example.com")[0][1]


def test_the_suspended_verify_nothing():
    register()
    token = token_to("dora@example.com")
    User.objects.update(suspended_at=timezone.now())
    assert verify(token) == 400


def test_an_unverified_address_is_nobodys_log_in():
    factories.person("eve", email_verified_at=None)
    assert log_in("eve@example.com") == 401
    assert log_in("eve") == 200
