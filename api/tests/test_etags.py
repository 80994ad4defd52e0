"""Every read in JSON has an entity tag, by which a client learns that nothing has changed."""

import pytest

from posts import actions
from tests.support import factories

pytestmark = pytest.mark.django_db
READS = [
    "/v1/me",
    "/v1/me/sessions",
    "/v1/me/tags",
    "/v1/me/trash",
    "/v1/media",
    "/v1/stories",
    "/v1/suggestions",
    "/v1/explore",
    "/v1/search?type=users&q=ali",
    "/v1/trending/tags",
    "/v1/highlights",
    "/v1/me/stories/archive",
]


@pytest.mark.parametrize("address", READS)
def test_304_for_who_has_the_answer_already(client_for, bob, address):
    client = client_for(bob)
    first = client.get(address)
    same = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, same.status_code, same.content) == (200, 304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": '"another"'}).content == first.content


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/yaml"])
def test_the_document_is_asked_about_as_well(client_for, accept):
    """Who makes a client of it asks often, and it is megabytes."""
    client = client_for(None)
    first = client.get("/v1/schema", headers={"Accept": accept})
    same = client.get("/v1/schema", headers={"Accept": accept, "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, same.status_code, same.content) == (200, 304, b"")


def test_another_answer_has_another_tag(client_for, alice, bob):
    post, client = factories.post(alice), client_for(bob)
    address = f"/v1/posts/{post.pk}/comments"
    first = client.get(address)
    actions.comment(author=alice, post=post, text="new")
    after = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (after.status_code, len(after.json()["results"])) == (200, 1)


def test_what_one_was_shown_is_no_304_for_another(client_for, alice, bob):
    address = f"/v1/posts/{factories.post(alice).pk}/comments"
    first, other = (client_for(person).get(address) for person in (alice, bob))
    assert first.content == other.content
    asked = client_for(bob).get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert asked.status_code == 200


def test_pages_problems_and_writes_have_none(client_for, bob):
    client = client_for(bob)
    page = client.get("/v1/me", headers={"Accept": "text/html"})
    wrong, written = client.get("/v1/users/nobody"), client.patch("/v1/me", {"bio": "new"})
    assert (page.status_code, wrong.status_code, written.status_code) == (200, 404, 200)
    assert not [answer for answer in (page, wrong, written) if "ETag" in answer.headers]
    assert written.headers["Cache-Control"] == "private, no-store"
