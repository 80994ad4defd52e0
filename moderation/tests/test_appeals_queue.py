"""The queue of appeals: who sees what there, and how it is decided."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation import actions
from moderation.models import Appeal, Look
from tests.support import factories

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/appeal/queue/"


@pytest.fixture
def secret(alice, mona):
    """An appeal against the take-down of what is private and nobody reported."""
    alice.is_private = True
    alice.save()
    post = factories.post(alice, "a secret dusk")
    made = actions.decide_subject(
        moderator=mona, subject_type="post", subject_id=post.pk, action="take_down", reason="privacy"
    )
    actions.appeal(person=alice, decision_id=made.pk, text="My friends alone see it.")
    return Appeal.objects.get()


def page_of(appeal):
    return reverse("admin:moderation_appeal_change", args=[appeal.pk])


def content_of(appeal):
    return reverse("admin:moderation_content_of_appeal", args=[appeal.pk])


def test_the_oldest_comes_first_without_ones_own(client_of, mona, otto, alice, reported):
    for number in range(3):
        case = reported(factories.post(alice, f"buy {number}!"), factories.person())
        made = actions.decide(moderator=otto if number == 1 else mona, case_id=case.pk, action="warn", reason="spam")
        actions.appeal(person=alice, decision_id=made.pk, text=f"appeal {number}")
    page = client_of(otto).get(QUEUE).content.decode()
    assert [page.count(f"appeal {number}") for number in range(3)] == [1, 0, 1]
    assert page.index("appeal 0") < page.index("appeal 2")
    assert "1 more is against what you decided" in page


def test_it_costs_the_same_for_one_and_ten(client_of, mona, otto, alice, reported):
    def more(number):
        for _ in range(number):
            case = reported(factories.post(alice, "buy!"), factories.person())
            made = actions.decide(moderator=mona, case_id=case.pk, action="take_down", reason="spam")
            actions.appeal(person=alice, decision_id=made.pk, text="no")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(QUEUE).status_code == 200
        return len(captured)

    client = client_of(otto)
    more(1)
    queries()
    few = queries()
    more(9)
    assert queries() == few <= 25


def test_whoever_decides_sees_what_nobody_reported_and_is_written_down(client_of, otto, alice, secret):
    client = client_of(otto)
    assert "a secret dusk" not in client.get(QUEUE).content.decode()
    assert not Look.objects.exists()
    assert "a secret dusk" in client.get(content_of(secret)).content.decode()
    assert "a secret dusk" in client.get(page_of(secret)).content.decode()
    look = Look.objects.get()
    assert (look.moderator_id, look.owner_id, look.case_id) == (otto.pk, alice.pk, None)


def test_others_do_not(client_of, mona, secret):
    client = client_of(mona)
    assert "a secret dusk" not in client.get(page_of(secret)).content.decode()
    assert client.get(content_of(secret)).status_code == 403
    assert not Look.objects.exists()


def test_nobody_does_when_it_is_decided(client_of, otto, secret):
    client = client_of(otto)
    client.post(reverse("admin:moderation_decide_appeal", args=[secret.pk]), {"action": "refuse"})
    assert Appeal.objects.get().state == "refused"
    assert "a secret dusk" not in client.get(page_of(secret)).content.decode()


@pytest.mark.parametrize("form", [{}, {"action": "x"}, {"granted": "yes"}])
def test_what_is_neither_granted_nor_refused_stays_open(client_of, otto, secret, form):
    client_of(otto).post(reverse("admin:moderation_decide_appeal", args=[secret.pk]), form)
    assert Appeal.objects.get().state == "open"


def test_it_is_for_moderators(client_of, alice, secret):
    alice.is_staff = True
    alice.save()
    for address in (QUEUE, content_of(secret)):
        assert client_of(alice).get(address).status_code == 403
