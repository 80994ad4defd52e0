"""`manage.py bootstrap` makes the first administrator, once."""

from io import StringIO

import pytest
from django.core.management import call_command

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
