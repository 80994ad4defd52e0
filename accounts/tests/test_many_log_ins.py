"""Many log-ins at once: each counts before it is checked, few are checked at the same time."""

import os
import threading
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from rest_framework.test import APIClient

from accounts import actions, hashers
from accounts.hashers import LimitedArgon2PasswordHasher
from accounts.models import FailedLogIn, User
from api.load_shedding import ConcurrencyLimiter
from api.throttles import RATES
from tests.support.factories import PASSWORD

PAGES = ["/login", "/admin/login/"]


def log_in(password: str = PASSWORD) -> int:
    return int(APIClient().post("/v1/auth/token", {"username": "alice", "password": password}).status_code)


@pytest.mark.django_db(transaction=True)
def test_of_sixty_wrong_passwords_at_once_ten_are_checked(alice, run_concurrently, monkeypatch, settings):
    settings.RATE_LIMITS = False
    checked: list[str] = []
    check = User.check_password

    def counted(self: User, raw: str) -> bool:
        checked.append(raw)
        time.sleep(0.05)  # as slow as a real hash, so that all are under way together
        return check(self, raw)

    monkeypatch.setattr(User, "check_password", counted)  # to see what is checked
    statuses = run_concurrently([lambda n=n: log_in(f"wrong {n}") for n in range(60)])
    assert statuses.count(401) == 10
    assert set(statuses) <= {401, 429, 503}  # 503: on a busy machine not all get their turn at the lock in time
    assert len(checked) == actions.MAX_FAILURES_PER_NAME == 10
    assert FailedLogIn.objects.count() == 10
    assert log_in() == 429


@pytest.mark.django_db
def test_right_passwords_leave_nothing_behind(alice):
    assert [log_in() for _ in range(actions.MAX_FAILURES_PER_NAME + 2)] == [200] * 12
    assert not FailedLogIn.objects.exists()


@pytest.mark.django_db
def test_what_was_not_checked_does_not_count(alice, monkeypatch):
    none_free = ConcurrencyLimiter(1, wait_seconds=0)
    monkeypatch.setattr(
        User, "check_password", lambda *_: none_free.slot().__enter__()
    )  # as the hasher when it is busy
    with none_free.slot():
        answer = APIClient().post("/v1/auth/token", {"username": "alice", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer["Retry-After"] == "2"
    assert not FailedLogIn.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_pages_take_as_many_log_ins_as_the_token_endpoint(alice, page):
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    form = {"username": "alice", "password": PASSWORD}
    statuses = [Client().post(page, form).status_code for _ in range(RATES["log_in"].limit)]
    answer = Client().post(page, form)
    assert set(statuses) == {302}
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= RATES["log_in"].seconds
    assert log_in() == 429  # they are counted together
    assert Client().get(page).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_pages_say_that_there_were_too_many_failures(alice, page):
    for _ in range(actions.MAX_FAILURES_PER_NAME):
        assert Client().post(page, {"username": "alice", "password": "wrong"}).status_code == 200
    answer = Client().post(page, {"username": "alice", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert answer["Retry-After"] == "900"


def test_one_password_is_hashed_at_a_time(monkeypatch):
    running, most, lock = 0, 0, threading.Lock()

    def hashing(*_: Any) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1
        return True

    monkeypatch.setattr(Argon2PasswordHasher, "verify", hashing)  # to see how many run, at no cost
    threads = [
        threading.Thread(target=LimitedArgon2PasswordHasher().verify, args=("a", "b"))
        for _ in range(1 + hashers.MAX_WAITING)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_hash_is_followed_by_a_rest_on_few_cores(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    rests: list[float] = []
    monkeypatch.setattr(time, "sleep", rests.append)  # to see how long, at no cost
    for cores in (2, 64):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        (tmp_path / hashers.LOCK_FILE).unlink(missing_ok=True)
        for _ in range(2):
            with hashers.hashing_slot():
                until = time.monotonic() + 0.02
                while time.monotonic() < until:
                    pass
    assert len(rests) == 2  # with many cores there is none
    assert rests[0] == 0
    assert 0 < rests[1] <= hashers.MAX_REST_SECONDS


def test_hashes_made_with_other_parameters_still_open_and_are_made_anew():
    hasher, before = (
        LimitedArgon2PasswordHasher(),
        Argon2PasswordHasher().encode(PASSWORD, LimitedArgon2PasswordHasher().salt()),
    )
    assert hasher.verify(PASSWORD, before)
    assert not hasher.verify("wrong", before)
    assert hasher.must_update(before)
    now = hasher.encode(PASSWORD, hasher.salt())
    assert hasher.verify(PASSWORD, now)
    assert not hasher.must_update(now)
