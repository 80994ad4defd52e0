"""Mails: sent once, after their cause, by a worker; retried while there is no server, given up for a refusal."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions, letters, tasks
from accounts.models import Mail
from events.models import Delivery, Event
from events.relay import expand, task_named
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
TASK = "accounts.tasks.send_mail"


def deliver() -> Delivery:
    """Runs the newest mail's task once, as a worker would."""
    expand()
    delivery = Delivery.objects.filter(task=TASK).latest("pk")
    task_named(TASK).run(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    return delivery


def ask(address: str = "alice@example.com") -> Mail:
    actions.request_reset(email=address)
    return Mail.objects.latest("created_at")


def refuse_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(self: EmailBackend, messages: object) -> int:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", send)  # a server's refusals, which no test server makes


def test_nothing_is_sent_in_the_request(alice):
    assert APIClient().post("/v1/auth/password/reset", {"email": alice.email}).status_code == 202
    assert outbox.outbox == []
    drain()
    assert [message.to for message in outbox.outbox] == [["alice@example.com"]]


def test_text_html_sender_and_an_id_of_its_own(alice):
    asked = ask()
    drain()
    (message,) = outbox.outbox
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert message.subject == "Choose a new password"
    assert "/confirm/" in message.body
    assert "/confirm/" in str(html)
    assert message.extra_headers["Message-ID"].startswith(f"<{asked.pk.hex}@")
    assert message.from_email.startswith("pystagram <no-reply@")


def test_twice_delivered_is_sent_once(alice):
    ask()
    first = deliver()
    Delivery.objects.filter(pk=first.pk).update(done_at=None)  # the worker died before it could say so
    second = deliver()
    assert second.done_at
    assert len(outbox.outbox) == 1


def test_a_mail_that_is_being_sent_waits(alice):
    asked = ask()
    Mail.objects.filter(pk=asked.pk).update(held_until=timezone.now() + timedelta(seconds=30))
    delivery = deliver()
    assert outbox.outbox == []
    assert delivery.done_at is None
    assert delivery.lease_until > timezone.now() + timedelta(seconds=20)
    Mail.objects.filter(pk=asked.pk).update(held_until=timezone.now() - timedelta(seconds=1))
    assert deliver().done_at
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPAuthenticationError(535, b"no"),
        smtplib.SMTPRecipientsRefused({"alice@example.com": (451, b"greylisted")}),
        TimeoutError(),
        OSError(28, "disk full"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_without_a_server_it_is_tried_again(alice, monkeypatch, error):
    asked = ask()
    with monkeypatch.context() as broken:
        refuse_with(broken, error)
        delivery = deliver()
    assert delivery.done_at is None
    assert delivery.dead_at is None
    assert delivery.attempts == 0  # an outage, which is no failure
    asked.refresh_from_db()
    assert (asked.sent_at, asked.dropped_at, asked.held_until) == (None, None, None)
    assert deliver().done_at
    assert len(outbox.outbox) == 1


def test_an_address_that_is_refused_for_good_is_given_up(alice, monkeypatch):
    asked = ask()
    refuse_with(monkeypatch, smtplib.SMTPRecipientsRefused({"alice@example.com": (550, b"nobody")}))
    assert deliver().done_at
    asked.refresh_from_db()
    assert asked.dropped_at
    assert asked.sent_at is None


def test_an_address_gets_five_an_hour(alice, bob):
    for _ in range(7):
        ask()
    drain()
    assert len(outbox.outbox) == 5
    ask(bob.email)
    Mail.objects.filter(address=alice.email).update(created_at=timezone.now() - timedelta(minutes=61))
    ask()
    drain()
    assert len(outbox.outbox) == 7


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_five(alice, run_concurrently):
    run_concurrently([lambda: actions.request_reset(email="alice@example.com")] * 8)
    assert Mail.objects.count() == 5


def test_the_database_knows_no_token(alice):
    asked = ask()
    drain()
    token = outbox.outbox[0].body.partition("/confirm/")[2].split()[0]
    row = " ".join(str(value) for value in Mail.objects.filter(pk=asked.pk).values().get().values())
    events = " ".join(str(payload) for payload in Event.objects.values_list("payload", flat=True))
    for part in (token, token[22:]):
        assert part not in row
        assert part not in events


def test_old_mails_are_forgotten(alice):
    asked = ask()
    assert tasks.prune_mails() == 0
    Mail.objects.filter(pk=asked.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert tasks.prune_mails() == 1
    assert tasks.prune_mails() == 0


def test_each_kind_can_be_looked_at():
    index = Client().get("/dev/mails").content.decode()
    for kind in Mail.Kind.values:
        html, text = Client().get(f"/dev/mails/{kind}.html"), Client().get(f"/dev/mails/{kind}.txt")
        assert f"/dev/mails/{kind}.html" in index
        assert letters.SUBJECTS[kind] in html.content.decode()
        assert text["Content-Type"].startswith("text/plain")
        assert "@alice" in text.content.decode()
        for page in (html, text):
            assert "{{" not in page.content.decode()
            assert "{%" not in page.content.decode()
    assert Client().get("/dev/mails/no_such.html").status_code == 404
