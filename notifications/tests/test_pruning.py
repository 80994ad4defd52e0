"""Old notifications go, and those beyond the newest of a person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from api.ids import id_at
from notifications import tasks
from notifications.actions import Fact, note, pruning
from notifications.models import Cause, Kind, Notification
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def noted(alice, bob):
    posts = [factories.post(alice, photos=0) for _ in range(5)]
    note(facts=[Fact(alice.pk, Kind.LIKE, bob.pk, post.pk, post=post.pk) for post in posts])
    return [post.pk for post in posts]


def test_after_ninety_days(noted, settings):
    day = timedelta(days=1)
    for post, age in zip(noted, (89, 91, 200, 0, 0), strict=True):
        if age:
            Notification.objects.filter(post=post).update(newest_id=id_at(timezone.now() - age * day))
    assert [tasks.prune.run(), tasks.prune.run()] == [2, 0]
    assert set(Notification.objects.values_list("post", flat=True)) == {noted[0], *noted[3:]}
    assert Cause.objects.count() == 3


def test_beyond_the_newest(noted, monkeypatch):
    monkeypatch.setattr(pruning, "MAX_KEPT", 2)  # a thousand would take long
    assert tasks.prune.run() == 3
    assert set(Notification.objects.values_list("post", flat=True)) == set(noted[3:])


def test_with_the_account(noted, alice):
    User.objects.filter(pk=alice.pk).delete()
    assert not Notification.objects.exists()
    assert not Cause.objects.exists()
