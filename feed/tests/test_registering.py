"""Workers build feeds before anybody asks. Mutant: the wiring of `user_registered` or `logged_in` removed."""

from accounts.models import User
from api.redis import feeds
from feed import timelines
from tests.support import factories
from tests.support.outbox import drain

FORM = {
    "username": "dora", "name": "Dora", "email": "dora@example.com", "password": factories.PASSWORD,
    "birth_date": "1990-05-17",
}  # fmt: skip


def test_registering_builds_an_empty_feed(client_for, db):
    assert client_for(None).post("/v1/auth/register", FORM).status_code == 201
    dora = User.objects.named("dora").get()
    assert timelines.read(dora.pk) is None
    drain()
    assert timelines.read(dora.pk).ids == []
    assert client_for(dora).get("/v1/feed").json()["source"] == "cache"


def test_logging_in_after_an_absence_builds_the_feed(alice, bob, client_for):
    post = factories.post(alice)
    feeds().flushdb()
    credentials = {"username": "bob", "password": factories.PASSWORD}
    assert client_for(None).post("/v1/auth/token", credentials).status_code == 200
    drain()
    assert timelines.read(bob.pk).ids == [post.timeline_id]
    assert client_for(bob).get("/v1/feed").json()["source"] == "cache"


def test_somebody_who_is_suspended_gets_none(alice, bob, client_for):
    client_for(None).post("/v1/auth/token", {"username": "bob", "password": factories.PASSWORD})
    User.objects.get_queryset().filter(pk=bob.pk).update(suspended_at="2026-01-01T00:00Z")
    drain()
    assert timelines.read(bob.pk) is None
