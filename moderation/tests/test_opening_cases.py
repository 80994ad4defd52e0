"""Cases of what nobody has reported, which moderators open in the admin."""

import pytest
from django.urls import reverse
from django.utils import timezone

from moderation import actions
from moderation.models import Case, Decision, Reason
from tests.support import factories

pytestmark = pytest.mark.django_db
BEGIN = "/admin/moderation/case/begin/"


@pytest.mark.parametrize("typed", ["{pk}", " /v1/posts/{pk}/ ", "https://photos.example/v1/posts/{pk}"])
def test_a_post_is_named_by_its_id_or_address(client_of, mona, alice, typed):
    post = factories.post(alice, "buy!")
    form = {"subject_type": "post", "subject": typed.format(pk=post.pk)}
    answer = client_of(mona).post(BEGIN, form)
    case = Case.objects.get()
    assert (case.subject, case.reports_count) == (("post", post.pk), 0)
    assert answer["Location"] == reverse("admin:moderation_case_change", args=[case.pk])
    client_of(mona).post(BEGIN, form)
    assert Case.objects.get() == case


@pytest.mark.parametrize("typed", ["alice", "@Alice"])
def test_a_person_is_named_by_their_user_name(client_of, mona, alice, typed):
    client_of(mona).post(BEGIN, {"subject_type": "user", "subject": typed})
    assert Case.objects.get().subject == ("user", alice.pk)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("post", "1"), ("post", "alice"), ("user", "nobody"), ("x", "1"), ("", ""), ("post", "9" * 40), ("user", "²")],
)
def test_what_is_not_there_is_said(client_of, mona, alice, kind, typed):
    answer = client_of(mona).post(BEGIN, {"subject_type": kind, "subject": typed}, follow=True)
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert not Case.objects.exists()


def test_it_is_for_moderators(client_of, alice, ada, mona):
    form = {"subject_type": "user", "subject": str(mona.pk)}
    assert client_of(alice).post(BEGIN, form).status_code == 302
    alice.is_staff = True
    alice.save()
    assert client_of(alice).post(BEGIN, form).status_code == 403
    assert not Case.objects.exists()
    assert client_of(ada).post(BEGIN, form).status_code == 302
    assert Case.objects.exists()


def test_what_may_not_be_looked_at_can_be_decided_on(client_of, mona, alice):
    alice.is_private = True
    alice.save()
    post = factories.post(alice, "a secret dusk")
    client = client_of(mona)
    page = client.post(BEGIN, {"subject_type": "post", "subject": str(post.pk)}, follow=True).content.decode()
    assert "a secret dusk" not in page
    assert 'id="decide"' in page
    case = Case.objects.get()
    form = {"action": "take_down", "reason": "illegal"}
    client.post(reverse("admin:moderation_decide", args=[case.pk]), form)
    assert Decision.objects.get().action == "take_down"


def test_pages_of_content_lead_there(client_of, ada, alice):
    post = factories.post(alice)
    for row in (post, alice, factories.comment(post, alice), factories.story(alice)):
        meta = row._meta
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
        page = client_of(ada).get(address).content.decode()
        assert page.count(BEGIN) == 1, meta.label
        assert f'name="subject" value="{row.pk}"' in page
    assert BEGIN not in client_of(ada).get(reverse("admin:posts_tag_changelist")).content.decode()


def test_moderators_are_not_shown_what_is_about_them(client_of, mona, otto, charlie, reported):
    case = reported(factories.post(mona, "my dusk"), charlie)
    report = case.reports.get()
    pages = [
        "/admin/moderation/case/queue/",
        "/admin/moderation/case/",
        "/admin/moderation/report/",
        reverse("admin:moderation_case_change", args=[case.pk]),
        reverse("admin:moderation_content", args=[case.pk]),
        reverse("admin:moderation_report_change", args=[report.pk]),
    ]
    for address in pages:
        assert "charlie" not in client_of(mona).get(address).content.decode(), address
        assert str(case.pk) not in client_of(mona).get(address).content.decode(), address
        assert client_of(otto).get(address).status_code == 200, address
    assert "charlie" in client_of(otto).get(pages[0]).content.decode()


def test_cases_and_decisions_are_found_by_the_owners_user_name(client_of, mona, alice, reported):
    case = reported(factories.post(alice, "buy!"))
    made = actions.decide(moderator=mona, case_id=case.pk, action="warn", reason="spam")
    for name, number in (("case", case.pk), ("decision", made.pk)):
        address = f"/admin/moderation/{name}/"
        page = client_of(mona).get(f"{address}?q=@alice").content.decode()
        assert f"{address}{number}/change/" in page
        assert '<td class="field-owner">alice</td>' in page
        assert f"{timezone.now():%Y-%m-}" in page
        assert f"{address}{number}/change/" not in client_of(mona).get(f"{address}?q=charlie").content.decode()


def test_a_decision_without_a_case_is_taken_back_on_its_page(client_of, mona, alice):
    made = actions.decide_subject(
        subject_type="user", subject_id=alice.pk, action="limit", reason="spam", automatic=True
    )
    page = reverse("admin:moderation_decision_change", args=[made.pk])
    assert "Take back" in client_of(mona).get(page).content.decode()
    undo = reverse("admin:moderation_undo", args=[made.pk])
    answer = client_of(mona).post(undo, {"next": page})
    assert answer["Location"] == page
    alice.refresh_from_db()
    assert alice.limited_at is None
    assert "Take back" not in client_of(mona).get(page).content.decode()


@pytest.mark.parametrize(("key", "offered"), [("no_violation", True), ("scam", False)])
def test_what_the_queue_needs_stays_offered(client_of, ada, key, offered):
    reason = Reason.objects.get(key=key)
    form = {"title": reason.title, "sentence": "New words.", "position": "3", "key": "other_key"}
    client_of(ada).post(reverse("admin:moderation_reason_change", args=[reason.pk]), form)
    reason.refresh_from_db()
    assert (reason.key, reason.sentence, reason.is_offered) == (key, "New words.", offered)
