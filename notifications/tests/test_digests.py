"""Mail digests: what is new, once a period, to who wants them, and ended by one click."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone

from accounts.models import User
from events.models import Delivery
from notifications import tasks
from notifications.digests import names_of, unsubscribe_token
from notifications.models import Digest, Inbox
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def daily(client_for, alice):
    """Alice wants a digest a day."""
    answer = client_for(alice).patch("/v1/me/notification-settings", {"digest": "daily"})
    assert answer.json()["digest"] == "daily"
    return alice


def pass_time(days: float = 1) -> None:
    for inbox in Inbox.objects.filter(digest_due_at__isnull=False):
        Inbox.objects.filter(pk=inbox.pk).update(digest_due_at=inbox.digest_due_at - days * DAY)


def tick() -> list[Any]:
    """What the scheduler and the workers do, twice; the mails of it."""
    before = len(mail.outbox)
    for _ in range(2):
        tasks.begin_digests.run()
        drain()
    return mail.outbox[before:]


def like(client_for, post, *people):
    for person in people:
        client_for(person).put(f"/v1/posts/{post.pk}/like")
    drain()


def test_one_a_day_of_what_is_new(client_for, daily, bob, charlie):
    post = factories.post(daily)
    like(client_for, post, bob, charlie)
    client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "What a <b>light</b>!"})
    drain()
    assert tick() == []  # not due yet
    pass_time()
    (sent,) = tick()
    assert (sent.to, "charlie and bob liked your post." in sent.body) == (["alice@example.com"], True)
    assert "bob commented on your post: “What a <b>light</b>!”" in sent.body
    assert "What a &lt;b&gt;light&lt;/b&gt;!" in sent.alternatives[0].content
    pass_time()
    assert tick() == []  # nothing new
    like(client_for, factories.post(daily), bob)
    pass_time()
    (sent,) = tick()
    assert ("bob liked your post." in sent.body, "commented" in sent.body) == (True, False)


def test_one_after_days_away_and_the_next_one_in_its_time(client_for, daily, bob):
    like(client_for, factories.post(daily), bob)
    pass_time(5.5)
    assert len(tick()) == 1
    due_at = Inbox.objects.get(person=daily).digest_due_at
    assert timezone.now() < due_at <= timezone.now() + DAY


def test_nothing_of_what_was_seen_or_is_hidden(client_for, daily, bob, charlie):
    post = factories.post(daily)
    like(client_for, post, bob)
    top = client_for(daily).get("/v1/notifications").json()["results"][0]["id"]
    client_for(daily).put("/v1/notifications/seen", {"up_to": top})
    like(client_for, post, charlie)
    factories.block(daily, charlie)
    pass_time()
    assert tick() == []
    assert not Digest.objects.exists()


def test_what_is_hidden_before_it_is_sent_is_not_sent(client_for, daily, bob):
    like(client_for, factories.post(daily), bob)
    pass_time()
    tasks.begin_digests.run()
    factories.mute(daily, bob)
    assert tick() == []
    assert Digest.objects.get().dropped_at is not None


@pytest.mark.parametrize("field", ["email_verified_at", "suspended_at", "deactivated_at"])
def test_only_verified_addresses_of_people_who_are_there(client_for, daily, bob, field):
    like(client_for, factories.post(daily), bob)
    User.objects.filter(pk=daily.pk).update(**{field: None if field.startswith("email") else timezone.now()})
    pass_time()
    assert tick() == []


def test_nobody_gets_one_unasked(client_for, alice, bob):
    like(client_for, factories.post(alice), bob)
    assert client_for(alice).get("/v1/me/notification-settings").json()["digest"] == "off"
    pass_time(30)
    assert tick() == []


def test_a_mail_server_that_is_away_gets_it_later_and_once(client_for, daily, bob, monkeypatch):
    like(client_for, factories.post(daily), bob)
    pass_time()
    tasks.begin_digests.run()

    def away(*_args: Any) -> int:
        raise smtplib.SMTPServerDisconnected("gone")

    with monkeypatch.context() as patch:  # a server that drops the line
        patch.setattr(EmailBackend, "send_messages", away)
        with pytest.raises(AssertionError, match="gone"):
            drain()
    assert mail.outbox == []
    Delivery.objects.filter(done_at=None).update(lease_until=timezone.now(), last_error="")
    assert len(tick()) == 1
    Delivery.objects.filter(task="notifications.tasks.send_digest").update(done_at=None, lease_until=timezone.now())
    assert tick() == []


@pytest.mark.django_db(transaction=True)
def test_eight_schedulers_at_once_begin_one(run_concurrently, client_for, daily, bob):
    like(client_for, factories.post(daily), bob)
    pass_time()
    assert sum(run_concurrently([tasks.begin_digests.run] * 8)) == 1
    assert Digest.objects.count() == 1


def test_one_click_ends_them_without_a_log_in(client_for, daily, bob):
    like(client_for, factories.post(daily), bob)
    pass_time()
    (sent,) = tick()
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in sent.body
    path, browser = address[address.index("/unsubscribe/") :], Client(enforce_csrf_checks=True)
    page = browser.get(path)
    assert (page.status_code, page["Cache-Control"], page["Referrer-Policy"]) == (200, "no-store", "no-referrer")
    assert Inbox.objects.get(person=daily).digest == "daily"  # a scanner that opens links ends nothing
    for _ in range(2):
        assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client_for(daily).get("/v1/me/notification-settings").json()["digest"] == "off"
    like(client_for, factories.post(daily), bob)
    pass_time(9)
    assert tick() == []


def test_a_forged_link_ends_nothing(daily):
    token = unsubscribe_token(daily.pk + 1)
    for wrong in (token.replace(str(daily.pk + 1), str(daily.pk), 1), "1", "1:", str(daily.pk)):
        assert Client().post(f"/unsubscribe/{wrong}").status_code == 404
    assert Client().put(f"/unsubscribe/{token}").status_code == 405
    assert Inbox.objects.get(person=daily).digest == "daily"


def test_its_preview_is_among_the_others():
    index = Client().get("/dev/mails").content.decode()
    assert "/dev/mails/digest.html" in index
    for form in ("html", "txt"):
        assert "12 others liked your post" in Client().get(f"/dev/mails/digest.{form}").content.decode()


@pytest.mark.parametrize(
    ("actors", "count", "words"),
    [
        ([1], 1, "alice"),
        ([1, 2], 2, "alice and bob"),
        ([1, 2, 3], 3, "alice, bob and 1 other"),
        ([1, 2, 3, 4], 14, "alice, bob and 12 others"),
        ([1, 2, 3, 4], 100, "alice, bob and 98+ others"),
    ],
)
def test_people_in_words(actors, count, words):
    assert names_of(actors, count, {1: "alice", 2: "bob"}) == words


def test_a_month_later_it_is_forgotten(daily):
    old = Digest.objects.create(person=daily, address=daily.email, every="day", after_id=0)
    Digest.objects.create(person=daily, address=daily.email, every="day", after_id=0)
    Digest.objects.filter(pk=old.pk).update(created_at=timezone.now() - 31 * DAY)
    assert [tasks.prune_digests.run(), tasks.prune_digests.run()] == [1, 0]
