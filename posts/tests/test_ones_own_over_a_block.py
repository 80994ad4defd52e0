"""What the author of a post sees of those with whom there is a block (docs/adr/0027-ones-own-over-a-block.md)."""

import pytest

from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["by her", "by them"])
def block(request, alice, bob):
    """Puts a block between alice and bob, one way or the other."""
    blocker, blocked = (alice, bob) if request.param == "by her" else (bob, alice)
    return lambda: factories.block(blocker, blocked)


def test_a_like_counts_and_its_name_is_left_out_for_its_author_as_for_others(client_for, alice, bob, charlie, block):
    path = f"/v1/posts/{factories.post(alice).pk}"
    for person in (bob, charlie):
        client_for(person).put(f"{path}/like")
    block()
    author, other = client_for(alice), client_for(charlie)
    assert [row["username"] for row in author.get(f"{path}/likes").json()["results"]] == ["charlie"]
    assert [row["username"] for row in other.get(f"{path}/likes").json()["results"]] == ["charlie", "bob"]
    assert author.get(path).json()["likes_count"] == other.get(path).json()["likes_count"] == 2


def test_counts_of_comments_are_what_the_author_may_read(client_for, alice, bob, block):
    post = factories.post(alice)
    top = factories.comment(post, alice)
    path = f"/v1/posts/{post.pk}"
    client_for(bob).post(f"{path}/comments", {"text": "mine"})
    client_for(bob).post(f"{path}/comments", {"text": "an answer", "reply_to": str(top.pk)})
    block()
    author = client_for(alice)
    rows = author.get(f"{path}/comments").json()["results"]
    assert [row["text"] for row in rows] == ["mine", top.text]
    replies = author.get(f"/v1/comments/{top.pk}/replies").json()["results"]
    assert len(rows) + len(replies) == author.get(path).json()["comments_count"]
    assert rows[1]["replies_count"] == len(replies) == 1


@pytest.mark.parametrize(("by_her", "named"), [(True, ["bob"]), (False, [])])
def test_a_mention_names_whom_the_author_blocks_not_who_blocks_her(client_for, alice, bob, by_her, named):
    media = str(factories.media(alice).pk)
    path = client_for(alice).post("/v1/posts", {"media": [media], "caption": "with @bob"})["Location"]
    factories.block(*((alice, bob) if by_her else (bob, alice)))
    shown = client_for(alice).get(path).json()
    assert (shown["mentions"], shown["caption"]) == (named, "with @bob")
    assert client_for(alice).patch(path, {"caption": "alone"}).json()["mentions"] == []
