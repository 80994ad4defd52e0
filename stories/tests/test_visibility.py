"""Who sees stories in which state; the statuses of all routes are in tests/contract/visibility_matrix.py."""

import pytest
from django.utils import timezone

from stories.models import Story
from tests.support import factories

pytestmark = pytest.mark.django_db
UNPUBLISHED = {"timeline_id": None, "published_at": None, "expires_at": None}
HIDDEN = {
    "deleted": {"deleted_at": timezone.now()},
    "taken down": {"removed_at": timezone.now()},
    "waiting": UNPUBLISHED,
}


@pytest.mark.parametrize("state", HIDDEN)
def test_a_story_that_is_not_live_is_nobody_elses(client_for, alice, bob, state):
    story = factories.story(alice)
    highlight = factories.highlight(alice, [story])
    Story.objects.filter(pk=story.pk).update(**HIDDEN[state])
    client, address = client_for(bob), f"/v1/stories/{story.pk}"
    nothing = client.get("/v1/stories/1")
    for answer in (client.get(address), client.delete(address), client.put(f"{address}/seen"),
                   client.get(f"{address}/viewers"), client.get(f"/v1/highlights/{highlight.pk}")):  # fmt: skip
        assert (answer.status_code, answer.content) == (404, nothing.content)
    for path in ("/v1/stories", "/v1/users/alice/stories", "/v1/users/alice/highlights"):
        assert client.get(path).json()["results"] == []
    assert client_for(alice).get(address).status_code == (200 if state == "waiting" else 404)


def test_a_private_account_for_followers_alone(client_for, alice, bob, charlie):
    story = factories.story(alice)
    alice.is_private = True
    alice.save()
    for path in (f"/v1/stories/{story.pk}", "/v1/users/alice/stories"):
        assert client_for(bob).get(path).status_code == 200
        assert client_for(charlie).get(path).status_code == 404
    address = client_for(bob).get(f"/v1/stories/{story.pk}").json()["media"]["renditions"][0]["url"]
    assert "token=P" in address, "addresses of a private account live for minutes"


@pytest.mark.parametrize("path", ["stories/x", "stories/99999999999999999999", "highlights/x", "stories/1/x"])
def test_what_is_no_address_is_a_404(client_for, alice, path):
    assert client_for(alice).get(f"/v1/{path}").status_code == 404
