"""`/v1/reports`: saying what is wrong, and hearing what became of it, and nothing more."""

import pytest

from moderation import actions
from moderation.categories import MAX_SEVERITY, MIN_SEVERITY, SENTENCES, SEVERITIES, Category
from moderation.models import Case, Report
from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db


def body(subject, kind="post", **more):
    return {"subject_type": kind, "subject_id": str(subject.pk), "category": "spam", **more}


def test_a_post_is_reported_once(alice, charlie, client_for):
    post, client = factories.post(alice), client_for(charlie)
    first = client.post("/v1/reports", body(post, comment="again"))
    assert (first.status_code, first["Location"]) == (201, f"/v1/reports/{first.json()['id']}")
    assert first.json() == {
        "id": str(Report.objects.get().pk), "subject_type": "post", "subject_id": str(post.pk), "category": "spam",
        "comment": "again", "state": "open", "created_at": first.json()["created_at"], "decided_at": None,
    }  # fmt: skip
    again = client.post("/v1/reports", body(post, category="hate"))
    assert (again.status_code, again.json()) == (200, first.json())
    assert (Report.objects.count(), Case.objects.get().reports_count) == (1, 1)


@pytest.mark.parametrize("kind", ["user", "post", "comment", "story", "highlight"])
def test_all_that_one_sees_can_be_reported_and_the_hidden_is_absent(alice, charlie, mallory, client_for, kind):
    story = factories.story(alice)
    subject = {
        "user": lambda: alice,
        "post": lambda: factories.post(alice),
        "comment": lambda: factories.comment(factories.post(alice), alice),
        "story": lambda: story,
        "highlight": lambda: factories.highlight(alice, [story]),
    }[kind]()
    assert client_for(charlie).post("/v1/reports", body(subject, kind)).status_code == 201
    hidden = client_for(mallory).post("/v1/reports", body(subject, kind))
    absent = client_for(mallory).post("/v1/reports", {**body(subject, kind), "subject_id": "1"})
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
    assert hidden.json()["code"] == "not_found"
    own = client_for(alice).post("/v1/reports", body(subject, kind))
    assert (own.status_code, own.json()["code"]) == (409, "own_content")


def test_a_hidden_comment_is_reported_by_whom_it_is_hidden_for_and_by_nobody_else(alice, bob, charlie, client_for):
    comment = factories.comment(factories.post(alice), charlie, "ugly", hidden_for=alice)
    statuses = [
        client_for(person).post("/v1/reports", body(comment, "comment")).status_code for person in (alice, bob, charlie)
    ]
    assert statuses == [201, 404, 409]  # its writer hears what they would of one that is not hidden


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"category": "ugly"}, "/category"),
        ({"category": None}, "/category"),
        ({"subject_type": "media"}, "/subject_type"),
        ({"subject_type": ["post"]}, "/subject_type"),
        ({"subject_id": "-1"}, "/subject_id"),
        ({"subject_id": str(2**63)}, "/subject_id"),
        ({"subject_id": {}}, "/subject_id"),
        ({"comment": "x" * 1001}, "/comment"),
        ({"comment": "\x07"}, "/comment"),
    ],
)
def test_bad_input_is_refused_by_its_name(alice, charlie, client_for, wrong, pointer):
    answer = client_for(charlie).post("/v1/reports", {**body(factories.post(alice)), **wrong})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


@pytest.mark.parametrize(("action", "state"), [("warn", "action_taken"), ("dismiss", "no_action")])
def test_a_reporter_hears_what_became_of_it_and_from_nobody_in_particular(
    alice, charlie, mona, client_for, reported, action, state
):
    case, client = reported(), client_for(charlie)
    made = actions.decide(moderator=mona, case_id=case.pk, action=action, reason="spam", note="a note")
    (report,) = client.get("/v1/reports").json()["results"]
    assert client.get(f"/v1/reports/{report['id']}").json() == report
    assert (report["state"], report["decided_at"]) == (state, f"{made.at:%Y-%m-%dT%H:%M:%S.%fZ}")
    said = client.get("/v1/reports").content.decode()
    assert not any(word in said for word in ("mona", str(mona.pk), "a note", "warn", made.sentence))


def test_reports_are_ones_own(alice, bob, charlie, client_for, reported):
    report = reported().reports.get()
    for person in (alice, bob):
        assert client_for(person).get("/v1/reports").json()["results"] == []
        assert client_for(person).get(f"/v1/reports/{report.pk}").status_code == 404


@pytest.mark.parametrize("gone", ["deleted", "purged", "private", "blocked"])
def test_what_becomes_of_the_subject_shows_in_no_report(alice, charlie, client_for, reported, gone):
    post = factories.post(alice)
    reported(post)
    before = client_for(charlie).get("/v1/reports").content
    {
        "deleted": lambda: client_for(alice).delete(f"/v1/posts/{post.pk}"),
        "purged": lambda: Post.objects.filter(pk=post.pk).delete(),
        "private": lambda: client_for(alice).patch("/v1/me", {"is_private": True}),
        "blocked": lambda: factories.block(alice, charlie),
    }[gone]()
    assert client_for(charlie).get(f"/v1/posts/{post.pk}").status_code == 404
    assert client_for(charlie).get("/v1/reports").content == before


def test_a_list_of_reports_costs_the_same_whatever_its_length(
    alice, charlie, client_for, reported, django_assert_num_queries
):
    client = client_for(charlie)
    reported()
    with django_assert_num_queries(1):
        client.get("/v1/reports")
    for _ in range(5):
        reported(factories.post(alice))
    with django_assert_num_queries(1):
        assert len(client.get("/v1/reports").json()["results"]) == 6


def test_every_category_has_a_sentence_and_a_severity(client_for):
    listed = client_for(None).get("/v1/instance").json()["report_categories"]
    assert [row["category"] for row in listed] == [category.value for category in Category]
    assert all(row["sentence"] == SENTENCES[row["category"]] for row in listed)
    assert all(MIN_SEVERITY <= SEVERITIES[category] <= MAX_SEVERITY for category in Category)


def test_reports_are_limited(alice, charlie, client_for, settings, monkeypatch):
    settings.RATE_LIMITS = True
    client = client_for(charlie)
    answer = client.post("/v1/reports", body(factories.post(alice)))
    assert answer["RateLimit-Policy"].startswith('"report";q=100')
