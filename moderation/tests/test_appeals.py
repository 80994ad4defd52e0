"""`/v1/me/moderation` and appeals: being told, and asking for another look, once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from moderation import actions
from moderation.appeal_tokens import appeal_token
from moderation.decision_mails import letter
from moderation.limits import APPEALABLE_FOR
from moderation.models import Appeal, Decision, DecisionMail
from notifications.digests import lines_of
from notifications.rows import newer_rows
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db


def insert(owner, action="suspend", **fields):
    """A row of the log without its effect."""
    return Decision.objects.create(
        action=action, changes=action, subject_type="user", subject_id=owner.pk, owner_id=owner.pk, automatic=True,
        reason="spam", sentence="It is spam.", **fields,
    )  # fmt: skip


@pytest.fixture
def warning(mona, reported):
    return actions.decide(moderator=mona, case_id=reported().pk, action="warn", reason="spam", note="a note")


def test_the_owner_is_told_why_and_not_by_whom(alice, bob, mona, warning, client_for):
    (row,) = client_for(alice).get("/v1/me/moderation").json()["results"]
    assert row == {
        "id": str(warning.pk), "decision": "warn", "subject_type": "post", "subject_id": str(warning.subject_id),
        "reason": warning.sentence,
        "created_at": f"{warning.at:%Y-%m-%dT%H:%M:%S.%fZ}", "until": None, "in_force": True,
        "appealable": True, "appeal": None,
    }  # fmt: skip
    assert client_for(alice).get(f"/v1/me/moderation/{row['id']}").json() == row
    for person in (bob, mona):
        assert client_for(person).get("/v1/me/moderation").json()["results"] == []
        assert client_for(person).get(f"/v1/me/moderation/{row['id']}").status_code == 404
        assert client_for(person).post(f"/v1/me/moderation/{row['id']}/appeal", {"text": "x"}).status_code == 404


def test_the_owner_has_a_notification_whatever_their_settings(alice, charlie, warning, client_for):
    drain()
    (row,) = client_for(alice).get("/v1/notifications").json()["results"]
    assert (row["kind"], row["actors"], row["actors_count"], row["post"]) == ("moderation", [], 0, None)
    assert row["moderation"] == {
        "id": str(warning.pk), "decision": "warn", "subject_type": "post", "subject_id": str(warning.subject_id),
        "reason": warning.sentence,
    }  # fmt: skip
    assert "moderation" not in client_for(alice).get("/v1/me/notification-settings").json()
    assert client_for(charlie).get("/v1/notifications").json()["results"] == []
    (line,) = lines_of(newer_rows(alice, after=0, count=5))
    assert line == f"Moderators have decided about something of yours. {warning.sentence}"


def test_a_dismissal_is_not_told(alice, mona, reported, client_for):
    made = actions.dismiss(moderator=mona, case_id=reported().pk)
    drain()
    client = client_for(alice)
    assert client.get("/v1/me/moderation").json()["results"] == []
    assert client.get(f"/v1/me/moderation/{made.pk}").status_code == 404
    assert client.get("/v1/notifications").json()["results"] == []


def test_an_appeal_is_made_once_and_decided_by_somebody_else(alice, mona, otto, warning, client_for):
    client, path = client_for(alice), f"/v1/me/moderation/{warning.pk}/appeal"
    first = client.post(path, {"text": "why?"})
    assert (first.status_code, first.json()["appealable"], first.json()["appeal"]["state"]) == (200, False, "open")
    assert client.post(path, {"text": "why?"}).json() == first.json()
    again = client.post(path, {"text": "why, again?"})
    assert (again.status_code, again.json()["code"]) == (409, "not_appealable")
    actions.decide_appeal(moderator=otto, appeal_id=Appeal.objects.get().pk, granted=True)
    back, row = client.get("/v1/me/moderation").json()["results"]
    assert (row["appeal"]["state"], row["in_force"]) == ("granted", False)
    assert (back["decision"], back["appealable"]) == ("unwarn", False)
    assert Decision.objects.get(reverses_id=warning.pk).moderator_name == "otto"


def test_a_refused_appeal_is_the_last_word(alice, otto, warning, client_for):
    client_for(alice).post(f"/v1/me/moderation/{warning.pk}/appeal", {"text": "why?"})
    appeal = Appeal.objects.get()
    made = actions.decide_appeal(moderator=otto, appeal_id=appeal.pk, granted=False)
    upheld, row = client_for(alice).get("/v1/me/moderation").json()["results"]
    assert (upheld["decision"], upheld["reason"], upheld["appealable"]) == ("uphold", made.sentence, False)
    assert (row["appeal"]["state"], row["in_force"], row["appealable"]) == ("refused", True, False)


def test_what_an_appeal_took_back_is_not_put_again_by_who_was_overruled(alice, mona, otto, warning, client_for):
    client_for(alice).post(f"/v1/me/moderation/{warning.pk}/appeal", {"text": "why?"})
    back = actions.decide_appeal(moderator=otto, appeal_id=Appeal.objects.get().pk, granted=True)
    with pytest.raises(Exception, match="not taken back"):
        actions.reverse(moderator=mona, decision_id=back.pk)
    assert Decision.objects.count() == 2


def test_what_was_taken_back_without_an_appeal_may_be_put_again(mona, otto, warning):
    back = actions.reverse(moderator=otto, decision_id=warning.pk)
    assert actions.reverse(moderator=mona, decision_id=back.pk).action == "warn"


@pytest.mark.parametrize("text", ["", " ", "\u200b", "x" * 2001, None])
def test_an_appeal_needs_words(alice, warning, client_for, text):
    answer = client_for(alice).post(f"/v1/me/moderation/{warning.pk}/appeal", {"text": text})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/text")


def test_what_is_old_or_taken_back_is_not_appealed(alice, mona, warning, client_for):
    actions.reverse(moderator=mona, decision_id=warning.pk)
    old = insert(alice, at=timezone.now() - APPEALABLE_FOR)
    for row in (warning, old):
        answer = client_for(alice).post(f"/v1/me/moderation/{row.pk}/appeal", {"text": "why?"})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_appealable")


def test_a_suspension_is_mailed_once_with_the_way_to_appeal(alice, client_for):
    User.objects.filter(pk=alice.pk).update(suspended_at=timezone.now())
    decision = insert(alice, until=timezone.now() + timedelta(days=3))
    for _ in range(2):
        actions.send_decision_mail(decision_id=decision.pk)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([alice.email], "Your account was suspended")
    assert "It is spam." in sent.body
    assert f"/appeal/{appeal_token(decision.pk)}" in sent.body
    body = {"token": appeal_token(decision.pk), "text": "why?"}
    assert client_for(None).post("/v1/appeals", body).json() == {"state": "open"}
    assert client_for(None).post("/v1/appeals", body).json() == {"state": "open"}
    assert client_for(None).post("/v1/appeals", {**body, "text": "no"}).json()["code"] == "not_appealable"


@pytest.mark.parametrize("why", ["unverified", "purged", "taken back", "other kind"])
def test_nobody_else_gets_such_a_mail(alice, why):
    decision = insert(alice, "warn" if why == "other kind" else "suspend")
    if why == "unverified":
        User.objects.filter(pk=alice.pk).update(email_verified_at=None)
    elif why == "purged":
        User.objects.filter(pk=alice.pk).update(purged_at=timezone.now())
    elif why == "taken back":
        insert(alice, "reinstate", reverses_id=decision.pk)
    actions.send_decision_mail(decision_id=decision.pk)
    assert mail.outbox == []
    assert not DecisionMail.objects.filter(sent_at__isnull=False).exists()


@pytest.mark.parametrize("action", ["suspend", "reinstate", "uphold"])
def test_mails_say_the_same_in_both_forms(alice, action):
    words = letter(insert(alice, action), alice)
    for form in (words.text, words.html):
        assert "It is spam." in form
        assert ("/appeal/" in form) is (action == "suspend")


@pytest.mark.parametrize("token", ["x", "1:x", "", "7312849021009950", "-1:é", "9" * 200])
def test_a_forged_token_is_of_no_use(alice, client_for, token):
    answer = client_for(None).post("/v1/appeals", {"token": token, "text": "why?"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/token")
    if token:
        assert client_for(None).get(f"/appeal/{token}").status_code == 404


def test_a_token_is_good_for_its_decision_only(alice, warning):
    signed = appeal_token(warning.pk)
    other = insert(alice)
    forged = f"{other.pk}:{signed.partition(':')[2]}"
    assert signed != appeal_token(other.pk)
    with pytest.raises(Exception, match="not complete"):
        actions.appeal_by_token(token=forged, text="why?")


def test_whoever_is_purged_says_nothing_any_more(alice):
    token = appeal_token(insert(alice).pk)
    User.objects.filter(pk=alice.pk).update(purged_at=timezone.now())
    with pytest.raises(Exception, match="not complete"):
        actions.appeal_by_token(token=token, text="why?")


def test_what_is_taken_back_meanwhile_needs_no_decision_on_the_appeal(alice, mona, warning, client_for):
    client_for(alice).post(f"/v1/me/moderation/{warning.pk}/appeal", {"text": "why?"})
    actions.reverse(moderator=mona, decision_id=warning.pk)
    assert Appeal.objects.get().state == "granted"
    assert not Appeal.objects.open().exists()


def test_the_page_of_the_mail(alice, client):
    page = f"/appeal/{appeal_token(insert(alice).pk)}"
    opened = client.get(page)
    assert (opened.status_code, opened["Referrer-Policy"], Appeal.objects.count()) == (200, "no-referrer", 0)
    assert client.post(page, {"text": " "}).status_code == 400
    assert b"Thank you" in client.post(page, {"text": "<b>why?</b>"}).content
    assert client.post(page, {"text": "no, why?"}).status_code == 409
    assert b"You get a mail when" in client.get(page).content
    assert Appeal.objects.get().text == "<b>why?</b>"
    assert client.get("/appeal/nonsense").status_code == 404


def test_a_list_of_decisions_costs_the_same_whatever_its_length(alice, client_for, django_assert_num_queries):
    client = client_for(alice)
    insert(alice)
    with django_assert_num_queries(1):
        client.get("/v1/me/moderation")
    for _ in range(5):
        insert(alice, "warn")
    with django_assert_num_queries(1):
        assert len(client.get("/v1/me/moderation").json()["results"]) == 6


def test_roles_are_worth_nothing_in_the_api(alice, mona, ada, client_for):
    hanna = factories.person("hanna", private=True)
    post = factories.post(hanna)
    for person in (mona, ada):
        client = client_for(person)
        assert client.get(f"/v1/posts/{post.pk}").status_code == 404
        assert client.delete(f"/v1/posts/{factories.post(alice).pk}").status_code == 403
        body = {"subject_type": "post", "subject_id": str(post.pk), "category": "spam"}
        assert client.post("/v1/reports", body).status_code == 404
