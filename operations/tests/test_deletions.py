"""`manage.py deletions`: who is to be deleted, who was, and purging these again after an old backup was restored."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.actions import purge_due
from accounts.models import User
from posts.models import Post
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db


def deletions(*options: str) -> str:
    out = StringIO()
    call_command("deletions", *options, stdout=out)
    return out.getvalue()


def asked(person: User, **ago: int) -> None:
    User.objects.get_queryset().filter(pk=person.pk).update(deleted_at=timezone.now() - timedelta(**ago))


def test_it_lists_who_is_to_be_deleted_and_when(alice, bob, charlie):
    asked(alice, days=1)
    asked(bob, days=31)
    assert [line.split(":")[0] for line in deletions().splitlines()] == [f"{bob.pk} bob", f"{alice.pk} alice"]
    alice.refresh_from_db()
    assert f"at {alice.purge_at:%Y-%m-%d %H:%M} UTC" in deletions()
    purge_due()
    assert [line.split(":")[0] for line in deletions().splitlines()] == [f"{alice.pk} alice"]
    assert deletions("--purged") == f"{bob.pk}\n"


def test_whom_an_old_backup_has_brought_back_is_purged_again(alice, bob, tmp_path):
    factories.post(alice)
    kept = factories.post(bob)
    asked(alice, days=31)
    before = User.objects.filter(pk=alice.pk).values().get()
    purge_due()
    purged = tmp_path / "purged"
    purged.write_text(deletions("--purged") + "999999\n")  # one that this backup does not know at all
    User.objects.get_queryset().filter(pk=alice.pk).update(**{**before, "deleted_at": None})  # restored
    assert deletions("--repeat", str(purged)) == "1 of 2 are purged again; the workers do it\n"
    drain()
    assert list(Post.objects.all()) == [kept]
    assert User.objects.get(pk=alice.pk).username == f"#{alice.pk}"
    assert deletions("--repeat", str(purged)) == "0 of 2 are purged again; the workers do it\n"
