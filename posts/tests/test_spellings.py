"""How tags and places are spelled: a post as its author wrote it, what posts share as most people write it in public.

Mutants: the spelling of any live post counts; an account counts for each of its posts; the last count's spelling is
shown unasked; ids are drawn from a sequence.
"""

import pytest
from django.utils import timezone

from accounts.actions import update_profile
from accounts.models import User
from posts import actions
from posts.models import Place, Post, Tag, labels
from posts.models.labels import FIRST_LABEL_ID, label_id
from posts.views import places as views_of_places
from posts.views import tags as views_of_tags
from tests.support import factories

pytestmark = pytest.mark.django_db
TAG, PLACE = "#SeCrEtTaG", "12 HiDDen Street"
AT = {"media_latitude": 41, "media_longitude": 29, "exact_location": True}


def share(author, caption, place=None, **fields):
    media = [factories.media(author).pk]
    return actions.publish(author=author, media_ids=media, caption=caption, place=place, **AT, **fields)


def spelled(client, tag="secrettag"):
    """Everywhere that a tag or a place is shown by itself: its spelling there."""
    place = Place.objects.get(normalized_name="12 hidden street").pk
    lists = ["/v1/search?type=tags&q=secrettag", "/v1/search?type=places&q=12+hidden", "/v1/trending/tags",
             "/v1/places/nearby?lat=41&lon=29"]  # fmt: skip
    shown = [client.get(address).json() for address in (f"/v1/tags/{tag}", f"/v1/places/{place}")]
    shown += [row for address in lists for row in client.get(address).json()["results"]]
    return {row["name"] for row in shown if "name" in row}


def test_each_post_is_spelled_as_its_author_did(client_for, alice, bob, charlie):
    posts = [share(alice, "#SunSet", "Galata  Köprüsü"), share(bob, "#SUNSET", "GALATA KÖPRÜSÜ")]
    assert posts[0].place_id == posts[1].place_id
    for viewer in (alice, bob, charlie):
        shown = [client_for(viewer).get(f"/v1/posts/{post.pk}").json() for post in posts]
        assert [(post["tags"], post["place"]["name"]) for post in shown] == [
            (["SunSet"], "Galata  Köprüsü"),
            (["SUNSET"], "GALATA KÖPRÜSÜ"),
        ]
        page = client_for(viewer).get("/v1/tags/sunset/posts").json()["results"]
        assert [post["tags"] for post in page] == [["SUNSET"], ["SunSet"]]


def test_another_spelling_is_an_edit(client_for, alice, bob):
    post = share(alice, "dusk", "Galata", tags=["Sea", "Sky"])
    for body, tags, place in (
        ({"tags": ["SEA", "Sky"]}, ["SEA", "Sky"], "Galata"),
        ({"place": "GALATA"}, ["SEA", "Sky"], "GALATA"),
        ({"caption": "#sky"}, ["sky", "SEA"], "GALATA"),
    ):
        shown = client_for(alice).patch(f"/v1/posts/{post.pk}", body).json()
        assert (shown["tags"], shown["place"]["name"], shown["edited"]) == (tags, place, True)
        seen = client_for(bob).get("/v1/users/alice/posts").json()["results"][0]
        assert (seen["tags"], seen["place"]["name"]) == (tags, place)


HIDING = {
    "private": lambda post: update_profile(user=post.author, is_private=True),
    "archived": lambda post: actions.archive(post=post),
    "in the trash": lambda post: actions.delete(post=post),
    "taken down": lambda post: Post.objects.filter(pk=post.pk).update(removed_at=timezone.now()),
    "suspended": lambda post: User.objects.filter(pk=post.author_id).update(suspended_at=timezone.now()),
    "deactivated": lambda post: User.objects.filter(pk=post.author_id).update(deactivated_at=timezone.now()),
}


@pytest.mark.parametrize("way", HIDING)
def test_what_is_hidden_spells_nothing_whoever_was_first(client_for, alice, bob, charlie, way):
    hidden = share(alice, TAG, PLACE)
    share(alice, TAG, PLACE)
    share(bob, "#secrettag", "12 hidden street")
    HIDING[way](hidden)
    if way in {"archived", "in the trash", "taken down"}:
        HIDING[way](Post.objects.filter(author=alice).latest("pk"))
    actions.count_label_uses()
    actions.rank_trending()
    assert spelled(client_for(charlie)) == {"secrettag", "12 hidden street"}
    assert spelled(client_for(bob)) == {"secrettag", "12 hidden street"}


def test_what_only_private_posts_have_is_spelled_by_nobody(client_for, alice, bob):
    share(alice, TAG, PLACE)
    update_profile(user=alice, is_private=True)
    assert spelled(client_for(bob)) == {"secrettag", "12 hidden street"}
    assert client_for(bob).get("/v1/users/alice/posts").json()["results"][0]["tags"] == ["SeCrEtTaG"]


def test_what_most_people_write_counts_not_most_posts(client_for, alice, bob, charlie):
    for _ in range(3):
        share(alice, "#sEa")
    share(bob, "#Sea")
    assert client_for(bob).get("/v1/tags/sea").json()["name"] == "Sea"  # of equals the first by code points
    share(charlie, "#sEa")
    assert client_for(bob).get("/v1/tags/sea").json()["name"] == "sEa"


@pytest.fixture
def _large(monkeypatch):
    """A label of three posts is a large one; look-ups are compiled with that constant."""
    monkeypatch.setattr(labels, "MAX_COUNTED_ON_READ", 2)
    views = (views_of_tags._tag_shown, views_of_places._place_shown)
    for view in views:
        view.cache_clear()
    yield
    for view in views:
        view.cache_clear()


@pytest.mark.usefixtures("_large")
def test_a_large_one_is_spelled_as_when_last_counted_while_that_is_public(client_for, alice, bob, charlie):
    mine = [share(alice, "#SEA", "HOME") for _ in range(3)]
    share(bob, "#Sea", "Home")
    share(charlie, "#SEA", "HOME")
    client, place = client_for(bob), f"/v1/places/{mine[0].place_id}"

    def names():
        return client.get("/v1/tags/sea").json()["name"], client.get(place).json()["name"]

    def count():
        for model in (Tag, Place):
            model.objects.update(counted_at=None)
        actions.count_label_uses()

    count()
    assert names() == ("SEA", "HOME")
    update_profile(user=charlie, is_private=True)  # whose post is the newest of those
    assert names() == ("sea", "home")
    count()
    assert names() == ("SEA", "HOME")
    update_profile(user=alice, is_private=True)
    assert names() == ("sea", "home")
    count()
    assert names() == ("Sea", "Home")


def test_ids_are_made_of_names(client_for, alice, bob):
    post = share(alice, "#sea", "Galata")
    assert (Tag.objects.get().pk, post.place_id) == (label_id("tag", "sea"), label_id("place", "galata"))
    assert FIRST_LABEL_ID <= post.place_id < 2**63
    assert client_for(bob).get(f"/v1/posts/{post.pk}").json()["place"]["id"] == str(post.place_id)
    assert len({label_id(kind, name) for kind in ("tag", "place") for name in ("sea", "sky")}) == 4


def test_an_id_that_another_name_has_is_passed_over(client_for, alice):
    Tag.objects.create(id=label_id("tag", "sea"), normalized_name="another", search_key="another")
    share(alice, "#sea #sky")
    assert dict(Tag.objects.values_list("normalized_name", "pk")) == {
        "another": label_id("tag", "sea"), "sea": label_id("tag", "sea", 1), "sky": label_id("tag", "sky"),
    }  # fmt: skip
    assert client_for(alice).get("/v1/tags/sea").json()["posts_count"] == 1
