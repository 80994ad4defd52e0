"""A password is one, in whichever form a keyboard sends it; those hashed as they were typed go on working."""

import pytest
from django.contrib.auth import hashers
from django.test import Client
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import User
from accounts.passwords import opaque

pytestmark = pytest.mark.django_db
COMPOSED, DECOMPOSED = "caf\u00e9-\u00fcber-42", "cafe\u0301-u\u0308ber-42"
FORM = {"username": "dora", "name": "Dora", "email": "dora@example.com", "birth_date": "1990-05-17"}


def log_in(password, name="dora"):
    return APIClient().post("/v1/auth/token", {"username": name, "password": password}).status_code


@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("set_as", [COMPOSED, DECOMPOSED])
def test_typed_on_one_device_it_opens_what_was_set_on_another(set_as, typed):
    assert APIClient().post("/v1/auth/register", {**FORM, "password": set_as}).status_code == 201
    assert log_in(typed) == 200
    assert log_in("cafe-uber-42") == 401  # a letter with its mark is another letter
    assert Client().post("/login", {"username": "dora", "password": typed}).status_code == 302


def test_every_space_is_one(alice):
    alice.set_password("four\u00a0words\u3000of mine")
    alice.save()
    assert log_in("four words of mine", "alice") == 200
    assert log_in("fourwords of mine", "alice") == 401


@pytest.mark.parametrize("old", [COMPOSED, DECOMPOSED, "four\u00a0words of mine"])
def test_what_was_hashed_as_typed_still_opens(alice, client_for, old):
    User.objects.named("alice").update(password=hashers.make_password(old))
    assert log_in(old, "alice") == 200
    body = {"old_password": old, "new_password": "another-Wörd-81"}
    assert client_for(alice).post("/v1/auth/password/change", body).status_code == 200
    assert log_in("another-Wo\u0308rd-81", "alice") == 200
    assert log_in(old, "alice") == 401


@pytest.mark.parametrize("password", [COMPOSED, DECOMPOSED, "plain-ascii-42"])
def test_a_name_that_is_not_there_takes_as_many_hashes(alice, monkeypatch, password):
    """Counted, not timed: the time would tell which names are there."""
    hashed = []
    real = hashers.MD5PasswordHasher.encode

    def counted(self, password, salt):
        hashed.append(password)
        return real(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    assert [log_in(password, name) for name in ("alice", "nobody")] == [401, 401]
    assert hashed[: len(hashed) // 2] == hashed[len(hashed) // 2 :]
    assert len(hashed) == 2 * len({password, opaque(password)})


def test_what_is_longer_than_any_password_is_not_normalized():
    marks = "a" + "\u0301\u0316" * 50_000
    assert opaque(marks) is marks


def test_an_administrator_without_a_password_has_none():
    user = User.objects.create_superuser("root.one", "root@example.com")
    assert not user.has_usable_password()
    assert actions.make_placeholder(user_id=user.pk + 1).has_usable_password() is False
