"""`manage.py bootstrap` makes the first administrator, once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User


def bootstrap(*options: str) -> str:
    out = StringIO()
    call_command("bootstrap", *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_new_administrator_gets_a_password():
    printed = bootstrap("--admin", "Root.Of", "--generate-password")
    user = User.objects.get(username="root.of")
    assert (user.is_staff, user.is_superuser) == (True, True)
    assert user.check_password(printed.split("password: ")[1].split()[0])
    assert user.email == "root.of@localhost.localdomain"


def test_somebody_who_is_there_keeps_their_password(alice):
    before = alice.password
    for _ in range(2):
        assert "password" not in bootstrap("--admin", "alice")
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_superuser, alice.password) == (True, True, before)
    assert [group.name for group in alice.groups.all()] == ["Administrators"]


@pytest.fixture
def typed(monkeypatch):
    """`typed(words)`: standard input that is no terminal."""
    return lambda words: monkeypatch.setattr("sys.stdin", StringIO(words))


@pytest.mark.django_db
def test_a_password_is_read_from_standard_input(typed):
    typed("correct horse battery\n")
    bootstrap("--admin", "root")
    assert User.objects.get(username="root").check_password("correct horse battery")


@pytest.mark.django_db
def test_a_password_is_taken_from_the_environment(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse battery")
    bootstrap("--admin", "root")
    assert User.objects.get(username="root").check_password("correct horse battery")


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "told"), [("", "--generate-password"), ("12345\n", "too short")])
def test_without_a_good_password_nobody_is_made(typed, words, told):
    typed(words)
    with pytest.raises(CommandError, match=told):
        bootstrap("--admin", "root")
    assert not User.objects.exists()
