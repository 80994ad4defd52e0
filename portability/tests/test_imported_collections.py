"""What an import brings back of collections and hidden words."""

import io
import json
from typing import Any
from zipfile import ZipFile

import pytest

from media.tests.support.photographs import photo
from portability.tests.test_exports import fetch, made, uploaded
from portability.tests.test_imports import brought, zipped
from posts.models import Collection, Save
from tests.support import factories

pytestmark = pytest.mark.django_db


def shelves(client: Any) -> dict[str, list[str]]:
    """Name of each collection, in order -> captions of its posts, in order."""
    rows = client.get("/v1/me/collections").json()["results"]
    pages = {row["name"]: client.get(f"/v1/me/collections/{row['id']}/posts").json() for row in rows}
    return {name: [post["caption"] for post in page["results"]] for name, page in pages.items()}


def collected(client: Any, name: str, *posts: Any) -> str:
    made_id = str(client.post("/v1/me/collections", {"name": name}).json()["id"])
    for post in posts:
        assert client.put(f"/v1/me/collections/{made_id}/posts/{post}").status_code == 200
    return made_id


@pytest.fixture
def archive(client_for, alice, bob):
    """Alice's export: two collections of posts of hers and of bob's, and two hidden words."""
    client = client_for(alice)
    own = client.post("/v1/posts", {"media": [uploaded(client, photo())], "caption": "hers"}).json()["id"]
    theirs, gone = factories.post(bob, "his"), factories.post(bob, "gone")
    first = collected(client, "Lakes", own, theirs.pk, gone.pk)
    client.patch(f"/v1/me/collections/{first}", {"cover_post": own})
    collected(client, "Empty")
    collected(client, "Towns", theirs.pk)
    client.put("/v1/me/hidden-words", {"words": ["spoiler", "ugly"]})
    data = fetch(made(client)["url"])
    client_for(bob).delete(f"/v1/posts/{gone.pk}")
    return data


def test_collections_come_back_with_ones_own_posts_and_those_that_are_here(client_for, archive, charlie):
    client = client_for(charlie)
    done = brought(client, archive)
    assert (done["state"], done["collections_count"], done["missing_count"]) == ("ready", 3, 0)
    assert list(shelves(client).items()) == [("Towns", ["his"]), ("Empty", []), ("Lakes", ["his", "hers"])]
    mine = client.get("/v1/users/charlie/posts").json()["results"][0]["id"]
    covers = [row["cover_post"] for row in client.get("/v1/me/collections").json()["results"]]
    assert covers[1:] == [None, mine]
    assert Save.objects.filter(user=charlie).count() == 2


def test_a_collection_of_that_name_is_added_to_and_sent_again_nothing_comes_twice(client_for, archive, charlie, bob):
    client = client_for(charlie)
    collected(client, "LAKES", factories.post(bob, "of before").pk)
    for _ in range(2):
        brought(client, archive)
    assert shelves(client)["LAKES"] == ["his", "hers", "of before"]
    assert Collection.objects.filter(owner=charlie).count() == 3


def test_what_one_may_not_see_is_not_collected(client_for, archive, charlie, bob):
    factories.block(bob, charlie)
    brought(client_for(charlie), archive)
    assert shelves(client_for(charlie)) == {"Towns": [], "Empty": [], "Lakes": ["hers"]}
    assert not Save.objects.filter(user=charlie, post__author=bob).exists()


def test_an_id_that_is_another_authors_post_here_is_not_collected(client_for, archive, charlie, bob):
    bob.username = "robert"
    bob.save()
    brought(client_for(charlie), archive)
    assert shelves(client_for(charlie))["Lakes"] == ["hers"]


def test_hidden_words_are_added_to_those_that_are_there(client_for, archive, charlie):
    client = client_for(charlie)
    client.put("/v1/me/hidden-words", {"words": ["mine", "UGLY"]})
    for _ in range(2):
        brought(client, archive)
        assert client.get("/v1/me/hidden-words").json() == {"words": ["mine", "UGLY", "spoiler"]}


STRANGE = [
    {"collections.json": [{"id": "1", "name": "x" * 51, "posts": []}]},
    {"collections.json": [{"id": "1", "name": {"a": 1}, "posts": "1"}]},
    {"collections.json": [{"id": "1", "name": "x", "posts": ["9" * 19, "-1", "\u0663", None, "1"]}]},
    {"collections.json": {"id": "1"}, "hidden_words.json": [{"word": "x" * 51}, {"word": "\u200b"}, {"word": 3}, 7]},
    {"hidden_words.json": [{"word": f"word{number}"} for number in range(300)]},
]


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_documents_end_without_an_error(client_for, archive, charlie, strange):
    about = json.loads(ZipFile(io.BytesIO(archive)).read("archive-1.json"))
    done = brought(client_for(charlie), zipped({"archive-1.json": about, **strange}))
    assert done["state"] == "ready"
    assert len(client_for(charlie).get("/v1/me/hidden-words").json()["words"]) <= 100
    assert not Save.objects.filter(user=charlie).exists()
