"""Asking for one's account to be deleted hides it at once; within the grace period whoever logs in may take it back."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import FailedLogIn, Mail, Session, User
from accounts.tests.authenticators import set_up
from accounts.tests.mailbox import letters_to, token_to
from events.models import Event
from media.models import Media
from tests.support import factories
from tests.support.factories import PASSWORD
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
RIGHT = {"password": PASSWORD}


def log_in(name: str = "alice", password: str = PASSWORD) -> APIClient:
    answer = APIClient().post("/v1/auth/token", {"username": name, "password": password})
    assert answer.status_code == 200, answer.content
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")


def delete(client: APIClient, **body: str):
    return client.delete("/v1/me", {**RIGHT, **body})


def grace_is_over(person: User) -> None:
    User.objects.get_queryset().filter(pk=person.pk).update(deleted_at=timezone.now() - timedelta(days=30, seconds=1))


def test_it_takes_the_password_says_until_when_and_ends_every_session(alice):
    phone, tablet = log_in(), log_in()
    assert delete(phone, password="wrong").json()["errors"][0]["pointer"] == "/password"
    assert phone.delete("/v1/me").status_code == 400
    answer = delete(phone)
    assert answer.status_code == 202
    left = datetime.fromisoformat(answer.json()["purge_at"]) - timezone.now()
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)
    assert [client.get("/v1/me").status_code for client in (phone, tablet)] == [401, 401]
    assert phone.post("/v1/me/undelete").status_code == 401  # by a log-in from before


def test_nobody_sees_the_account_until_it_is_back(alice, bob, client_for):
    post, story = factories.post(alice), factories.story(alice)
    paths = ["/v1/users/alice", f"/v1/posts/{post.pk}", f"/v1/stories/{story.pk}", "/v1/users/alice/posts"]
    absent = client_for(bob).get("/v1/users/no.such.person")
    assert delete(log_in()).status_code == 202
    for path in paths:
        answer = client_for(bob).get(path)
        assert (answer.status_code, answer.content) == (404, absent.content), path
    assert client_for(bob).get("/v1/feed").json()["results"] == []  # built while its author is away
    assert log_in().post("/v1/me/undelete").json()["username"] == "alice"
    assert [client_for(bob).get(path).status_code for path in paths] == [200] * 4
    assert [row["id"] for row in client_for(bob).get("/v1/feed").json()["results"]] == [str(post.pk)]


def test_after_logging_in_only_taking_it_back_is_possible(alice):
    purge_at = delete(log_in()).json()["purge_at"]
    back = log_in()
    for method, path in (("get", "/v1/me"), ("delete", "/v1/me"), ("get", "/v1/feed"), ("post", "/v1/me/reactivate")):
        answer = getattr(back, method)(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "deletion_pending"), path
        assert answer.json()["purge_at"] == purge_at
    assert back.post("/v1/me/undelete").status_code == 200
    assert back.get("/v1/me").status_code == 200
    assert back.post("/v1/me/undelete").status_code == 200


def test_who_is_deactivated_does_not_come_back_by_undeleting(alice):
    log_in().post("/v1/me/deactivate", RIGHT)
    assert log_in().post("/v1/me/undelete").json()["code"] == "deactivated"


def test_a_second_factor_is_asked_for(alice, client_for):
    _app, recovery = set_up(client_for(alice))
    client = client_for(alice)
    for code, what in (("", "required"), ("000000", "wrong")):
        answer = delete(client, code=code)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, what)
    assert FailedLogIn.objects.filter(identifier=f"#{alice.pk}").count() == 1
    assert delete(client, code="000000", password="wrong").status_code == 400
    assert FailedLogIn.objects.count() == 1  # without the password, no code is looked at
    assert delete(client, code=recovery[0]).status_code == 202
    answer = APIClient().post("/v1/auth/token", {"username": "alice", **RIGHT})
    assert answer.json()["code"] == "second_factor_required"


def test_the_name_is_held_and_the_address_stays_theirs(alice, client_for, bob):
    delete(client_for(alice))
    assert client_for(bob).put("/v1/me/username", {"username": "alice"}).json()["errors"][0]["code"] == "unique"


def test_one_mail_tells_of_it_and_others_are_not_sent(alice, client_for):
    client = client_for(alice)
    client.post("/v1/auth/email/change", {"email": "new@example.com", **RIGHT})
    delete(client)
    alice.refresh_from_db()
    ((subject, text),) = letters_to(alice.email)
    assert subject == "Your account is to be deleted"
    assert f"{alice.purge_at:%Y, %H:%M} UTC" in text
    assert "/login" in text
    assert letters_to("new@example.com") == []
    assert Mail.objects.get(kind="change_address").dropped_at is not None


def test_who_took_it_back_before_it_was_sent_gets_no_mail(alice, client_for):
    delete(client_for(alice))
    log_in().post("/v1/me/undelete")
    assert letters_to(alice.email) == []


def test_who_forgot_their_password_can_still_come_back(alice, client_for):
    delete(client_for(alice))
    assert len(letters_to(alice.email)) == 1
    APIClient().post("/v1/auth/password/reset", {"email": alice.email})
    confirmation = {"token": token_to(alice.email), "new_password": "staple-battery-horse"}
    assert APIClient().post("/v1/auth/password/reset/confirm", confirmation).status_code == 204
    assert log_in(password="staple-battery-horse").post("/v1/me/undelete").status_code == 200


def test_a_browser_is_asked_and_comes_back_by_a_button(alice, client_for):
    delete(client_for(alice))
    browser = Client()
    page = browser.post("/login", {"username": "alice", **RIGHT, "next": "/v1/feed"})["Location"]
    assert page.startswith("/login/reactivate?")
    assert browser.get("/v1/me").status_code == 401
    assert b"Keep the account" in browser.get(page).content
    assert browser.post(page, {"next": "/v1/feed"})["Location"] == "/v1/feed"
    assert browser.get("/v1/me").status_code == 200


@pytest.mark.parametrize("field", ["suspended_at", "purged_at"])
def test_who_is_suspended_or_purged_does_not_come_back(alice, client_for, field):
    delete(client_for(alice))
    back = log_in()
    User.objects.get_queryset().filter(pk=alice.pk).update(**{field: timezone.now()})
    assert back.post("/v1/me/undelete").status_code == 401
    assert APIClient().post("/v1/auth/token", {"username": "alice", **RIGHT}).status_code == 401


def test_nobody_is_purged_before_their_time(alice, bob, client_for):
    delete(client_for(alice))
    assert actions.purge_due() == 0
    assert actions.begin_purge(user_id=alice.pk) is False
    assert actions.begin_purge(user_id=bob.pk) is False
    grace_is_over(alice)
    assert actions.purge_due() == 1
    assert actions.purge_due() == 0
    alice.refresh_from_db()
    assert alice.purged_at is not None


def test_what_is_left_of_somebody_is_an_empty_row_and_the_name_is_free(alice, client_for):
    picture = factories.media(alice, references=1)
    User.objects.get_queryset().filter(pk=alice.pk).update(avatar=picture, bio="b", website="https://w", name="Al")
    alice.groups.create(name="moderators")
    alice.user_permissions.add(Permission.objects.first())
    delete(client_for(alice))
    grace_is_over(alice)
    FailedLogIn.objects.create(identifier="alice")
    actions.purge_due()
    row = User.objects.get(pk=alice.pk)
    kept = {"id", "username", "password", "created_at", "deleted_at", "purged_at", "token_version", "is_private"}
    kept.add("comments_from")  # everybody
    said = {field.attname: getattr(row, field.attname) for field in User._meta.concrete_fields}
    assert {name for name, value in said.items() if value} == kept
    assert (row.username, row.has_usable_password()) == (f"#{alice.pk}", False)
    assert row.groups.count() == row.user_permissions.count() == 0
    assert not FailedLogIn.objects.filter(identifier="alice").exists()
    assert Media.objects.get(pk=picture.pk).references == 0
    again = {"username": "alice", "name": "A", "email": alice.email, "password": PASSWORD, "birth_date": "1990-05-17"}
    assert APIClient().post("/v1/auth/register", again).status_code == 201
    drain()
    assert not re.search("already have", "".join(str(one.subject) for one in mail.outbox))


def test_purged_is_purged_even_for_who_has_logged_in_meanwhile(alice, client_for):
    delete(client_for(alice))
    back = log_in()
    grace_is_over(alice)
    actions.purge_due()
    assert back.post("/v1/me/undelete").status_code == 401
    drain()
    assert not Session.objects.filter(user=alice).exists()


def test_administrators_cancel_a_deletion_and_moderators_do_not(alice, client_for):
    delete(client_for(alice))
    moderator = factories.person("moderator", is_staff=True)
    moderator.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    act = {"action": "cancel_deletion", "_selected_action": [alice.pk]}
    for person in (moderator, factories.person("boss", is_staff=True, is_superuser=True)):
        browser = Client()
        browser.force_login(person)
        alice.refresh_from_db()
        assert alice.deleted_at is not None
        page = browser.get("/admin/accounts/user/").content.decode()
        assert "To be deleted on" in browser.get(f"/admin/accounts/user/{alice.pk}/change/").content.decode()
        assert f'data-label="{alice}"' not in page  # no row is edited in the list
        browser.post("/admin/accounts/user/", act)
    alice.refresh_from_db()
    assert alice.deleted_at is None
    assert client_for(alice).get("/v1/me").status_code == 200


def test_events_name_people_by_number_alone(alice, client_for):
    delete(client_for(alice))
    grace_is_over(alice)
    actions.purge_due()
    (event,) = Event.objects.filter(name="account_purged")
    assert event.payload == {"user_id": alice.pk}
