"""The workbench of moderators: who may do what there, what it shows, what it costs."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation import actions
from moderation.models import Action, Appeal, Case, Decision, Look, Note
from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/case/queue/"


def page_of(case):
    return reverse("admin:moderation_case_change", args=[case.pk])


def address(name, number):
    return reverse(f"admin:moderation_{name}", args=[number])


def test_the_queue_shows_what_was_reported_with_pictures_and_words(client_of, mona, alice, reported):
    case = reported(factories.post(alice, "<script>alert(1)</script> buy!"))
    page = client_of(mona).get(QUEUE).content.decode()
    assert "w320.webp" in page
    assert "veiled" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert page_of(case) in page
    assert not Look.objects.exists()


def test_what_is_not_public_is_shown_after_the_look_was_written_down(client_of, mona, alice, bob, reported):
    alice.is_private = True
    alice.save()
    case = reported(factories.post(alice, "a secret dusk"), bob)
    client = client_of(mona)
    page = client.get(QUEUE).content.decode()
    assert "a secret dusk" not in page
    assert "w320.webp" not in page
    assert not Look.objects.exists()
    assert "a secret dusk" in client.get(address("content", case.pk)).content.decode()
    assert Look.objects.get().case_id == case.pk


def test_the_page_of_a_private_case_is_a_look(client_of, mona, alice, bob, reported):
    alice.is_private = True
    alice.save()
    case = reported(factories.post(alice, "a secret dusk"), bob)
    assert "a secret dusk" in client_of(mona).get(page_of(case)).content.decode()
    assert Look.objects.get().moderator_name == "mona"


def test_what_nobody_reported_and_is_not_public_is_not_shown(client_of, mona, alice):
    alice.is_private = True
    alice.save()
    post = factories.post(alice, "a secret dusk")
    case = actions.open_case(moderator=mona, subject_type="post", subject_id=post.pk)
    page = client_of(mona).get(page_of(case)).content.decode()
    assert "a secret dusk" not in page
    assert "Nobody has reported this" in page
    assert client_of(mona).get(address("content", case.pk)).status_code == 403


def test_the_queue_costs_the_same_for_one_case_and_thirty(client_of, mona, alice, charlie, reported):
    client = client_of(mona)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(QUEUE).status_code == 200
        return len(captured)

    def more(number):
        for _ in range(number):
            post = factories.post(alice, "buy!")
            reported(post)
            reported(
                reporter=factories.person(), subject_type="comment", subject_id=factories.comment(post, charlie).pk
            )

    more(1)
    queries()
    few = queries()
    more(14)
    assert queries() == few <= 35


def test_each_kind_of_subject_has_a_page(client_of, mona, alice, charlie, reported):
    story = factories.story(alice)
    subjects = {
        "user": alice.pk,
        "comment": factories.comment(factories.post(alice), alice, "rude").pk,
        "story": story.pk,
        "highlight": factories.highlight(alice, [story], "Istanbul").pk,
    }
    client = client_of(mona)
    for kind, number in subjects.items():
        case = reported(subject_type=kind, subject_id=number)
        assert client.get(page_of(case)).status_code == 200, kind
    assert client.get(QUEUE).content.decode().count("<article") == len(subjects)


@pytest.mark.parametrize(
    "query",
    ["type=story", "type=x", "category=nudity", "severity=5", "severity=99", "age=day", "claims=mine", "p=0", "p=x"],
)
def test_filters_take_anything(client_of, mona, reported, query):
    reported()
    shown = client_of(mona).get(f"{QUEUE}?{query}").content.decode().count("<article")
    assert shown == (0 if query in {"type=story", "category=nudity", "severity=5", "age=day", "claims=mine"} else 1)


def test_a_decision_is_made_by_the_script_and_taken_back(client_of, mona, reported):
    case = reported()
    client = client_of(mona, headers={"Accept": "application/json"})
    told = client.post(address("decide", case.pk), {"action": "dismiss", "reason": "no_violation"}).json()
    assert not Case.objects.get(pk=case.pk).is_open
    assert Decision.objects.get(pk=told["decision"]).moderator_name == "mona"
    again = client.post(address("decide", case.pk), {"action": "dismiss", "reason": "no_violation"})
    assert again.status_code == 409
    assert client.post(address("undo", told["decision"])).status_code == 200
    assert Case.objects.get(pk=case.pk).is_open


@pytest.mark.parametrize("form", [{}, {"action": "x", "reason": "spam"}, {"action": "warn", "reason": "x"}])
def test_what_cannot_be_chosen_is_refused_with_a_sentence(client_of, mona, reported, form):
    case = reported()
    answer = client_of(mona, headers={"Accept": "application/json"}).post(address("decide", case.pk), form)
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert Case.objects.get(pk=case.pk).is_open


def test_many_are_decided_at_once_each_by_itself(client_of, mona, otto, alice, reported):
    cases = [reported(factories.post(alice, f"buy {number}!"), factories.person()) for number in range(3)]
    actions.claim(moderator=otto, case_id=cases[0].pk)
    form = {"case": [case.pk for case in cases], "action": "warn", "reason": "spam"}
    page = client_of(mona).post("/admin/moderation/case/bulk/", form, follow=True).content.decode()
    assert Case.objects.open().get().pk == cases[0].pk
    assert "Somebody else is working on this case." in page


def test_a_case_is_claimed_noted_and_given_back(client_of, mona, otto, reported):
    case = reported()
    hers, his = client_of(mona), client_of(otto, headers={"Accept": "application/json"})
    hers.post(address("claim", case.pk))
    assert his.post(address("claim", case.pk)).status_code == 409
    assert his.post(address("decide", case.pk), {"action": "dismiss", "reason": "spam"}).status_code == 409
    hers.post(address("note", case.pk), {"text": "<b>asked legal"})
    assert "&lt;b&gt;asked legal" in hers.get(page_of(case)).content.decode()
    assert Note.objects.get().author_id == mona.pk
    hers.post(address("release", case.pk))
    assert his.post(address("claim", case.pk)).status_code == 200


def test_an_appeal_is_decided_by_somebody_else(client_of, mona, otto, alice, reported):
    made = actions.decide(moderator=mona, case_id=reported().pk, action=Action.WARN, reason="spam")
    actions.appeal(person=alice, decision_id=made.pk, text="It was <i>art")
    appeal = Appeal.objects.get()
    page = reverse("admin:moderation_appeal_change", args=[appeal.pk])
    assert "decision was yours" in client_of(mona).get(page).content.decode()
    client_of(mona).post(address("decide_appeal", appeal.pk), {"action": "grant"})
    assert Appeal.objects.get().state == "open"
    assert "It was &lt;i&gt;art" in client_of(otto).get(page).content.decode()
    client_of(otto).post(address("decide_appeal", appeal.pk), {"action": "grant", "note": "agreed"})
    assert Appeal.objects.get().state == "granted"


WRITES = ["decide", "claim", "release", "note"]


@pytest.fixture
def viewer(db):
    """May read what moderators read, and decide nothing."""
    person = factories.person("vera", is_staff=True)
    person.user_permissions.set(
        Permission.objects.filter(content_type__app_label="moderation", codename__startswith="view_")
    )
    return person


@pytest.mark.parametrize("write", WRITES)
def test_who_may_only_view_changes_nothing(client_of, viewer, reported, write):
    case = reported()
    form = {"action": "dismiss", "reason": "spam", "text": "x"}
    assert client_of(viewer).post(address(write, case.pk), form).status_code == 403
    assert Case.objects.get().is_open
    assert client_of(viewer).get(QUEUE).status_code == 403
    page = client_of(viewer).get(page_of(case)).content.decode()
    assert "buy!" not in page
    assert 'method="post" action="/admin/moderation' not in page


@pytest.mark.parametrize("write", WRITES)
def test_every_write_needs_post_and_a_token(client_of, mona, reported, write):
    case = reported()
    assert client_of(mona).get(address(write, case.pk)).status_code == 405
    strict = client_of(mona, enforce_csrf_checks=True)
    assert strict.post(address(write, case.pk), {"action": "dismiss", "reason": "spam"}).status_code == 403
    assert Case.objects.get().is_open


def test_a_stranger_is_led_to_the_log_in(client, alice, client_of, reported):
    case = reported()
    for browser in (client, client_of(alice)):
        assert browser.get(QUEUE).status_code == 302
        assert browser.post(address("decide", case.pk), {"action": "dismiss", "reason": "spam"}).status_code == 302
    assert Case.objects.get().is_open


def test_nobody_is_led_away_from_the_site(client_of, mona, reported):
    answer = client_of(mona).post(address("claim", reported().pk), {"next": "https://evil.example/"})
    assert answer["Location"].startswith("/admin/")


def test_moderators_have_no_lists_of_content(client_of, mona):
    for name in ("posts/post", "posts/comment", "stories/story", "media/media", "accounts/user", "events/delivery"):
        assert client_of(mona).get(f"/admin/{name}/").status_code == 403, name


def test_the_start_page_counts_and_draws(client_of, mona, reported):
    reported()
    page = client_of(mona).get("/admin/").content.decode()
    assert "<strong>1</strong> open cases" in page
    assert "1 opened" in page
    assert page.count('class="overview"') == page.count("pystagram/admin.css") == 1


def test_a_taken_down_post_can_still_be_looked_at(client_of, mona, alice, reported):
    case = reported(factories.post(alice, "buy!"))
    Post.objects.filter(pk=case.subject_id).update(removed_at="2026-11-27T00:00:00Z")
    assert "buy!" in client_of(mona).get(page_of(case)).content.decode()


@pytest.mark.parametrize("write", ["decide", "note"])
def test_a_nul_byte_is_refused(client_of, mona, reported, write):
    case = reported()
    form = {"action": "dismiss", "reason": "no_violation", "note": "a\0b", "text": "a\0b"}
    assert client_of(mona).post(address(write, case.pk), form).status_code == 400
    assert Case.objects.get().is_open
