"""Lists of people say what stands between the viewer and each of them."""

import json

import pytest

from accounts.models import User
from accounts.serializers import PersonSerializer
from api.renderers import JSONRenderer
from social.people import for_display, people_visible_to, with_mutuals_count, with_relation_to
from social.serializers import ListedPersonSerializer, ProfileDetailSerializer
from tests.support import factories

pytestmark = pytest.mark.django_db


def viewers(answer):
    assert answer.status_code == 200, answer.content
    return {row["username"]: row["viewer"] for row in answer.json()["results"]}


def relation(**of):
    return {"following": None, "followed_by": False, "blocking": False, "muting": False, "muted_until": None,
            "close_friend": False, **of}  # fmt: skip


@pytest.fixture
def known(alice, bob):
    """Alice's followers, as they stand to bob."""
    people = {
        name: factories.person(name, private=name == "asked") for name in ("asked", "both", "fan", "muted", "none")
    }
    for person in people.values():
        factories.follow(person, alice)
    factories.follow(bob, people["asked"], pending=True)
    factories.follow(bob, people["both"])
    factories.follow(people["both"], bob)
    factories.follow(people["fan"], bob)
    factories.follow(bob, people["muted"])
    factories.mute(bob, people["muted"])
    return people


def test_each_of_the_followers_is_told_by_what_they_are_to_me(alice, bob, known, client_for):
    assert viewers(client_for(bob).get("/v1/users/alice/followers")) == {
        "asked": relation(following="requested"),
        "both": relation(following="following", followed_by=True),
        "fan": relation(followed_by=True),
        "muted": relation(following="following", muting=True),
        "none": relation(),
        "bob": relation(),
    }


def test_other_lists_say_it_too(alice, bob, known, client_for):
    assert viewers(client_for(bob).get("/v1/users/alice/mutuals")) == {
        "both": relation(following="following", followed_by=True),
        "muted": relation(following="following", muting=True),
    }
    assert viewers(client_for(bob).get("/v1/me/mutes")) == {"muted": relation(following="following", muting=True)}
    factories.block(bob, known["none"])
    assert viewers(client_for(bob).get("/v1/me/blocks")) == {"none": relation(blocking=True)}
    assert viewers(client_for(known["fan"]).get("/v1/users/fan/following"))["alice"] == relation(following="following")
    assert viewers(client_for(known["asked"]).get("/v1/me/follow-requests")) == {"bob": relation()}


def test_a_row_is_the_serializers_bytes(alice, bob, known, client_for):
    known["fan"].avatar = factories.media(known["fan"], references=1)
    known["fan"].save()
    rows = for_display(with_relation_to(bob, people_visible_to(bob))).filter(following_set__followee=alice)
    made = [JSONRenderer().render(ListedPersonSerializer(row).data) for row in rows.order_by("-following_set__pk")]
    answer = client_for(bob).get("/v1/users/alice/followers").content
    assert answer.startswith(b'{"results":[%b],"next":null,"previous":"' % b",".join(made))
    assert set(json.loads(made[0])) == {*PersonSerializer.Meta.fields, "viewer"}


def test_a_profile_counts_whom_one_knows_among_the_followers(alice, bob, known, client_for):
    assert client_for(bob).get("/v1/users/alice").json()["mutuals_count"] == 2
    factories.block(known["both"], bob)
    assert client_for(bob).get("/v1/users/alice").json()["mutuals_count"] == 1, "as many as the list shows"
    assert len(client_for(bob).get("/v1/users/alice/mutuals").json()["results"]) == 1


def test_who_may_not_see_the_list_is_told_no_count(bob, charlie, client_for):
    dora = factories.person("dora", private=True)
    factories.follow(bob, dora)
    factories.follow(charlie, bob)
    assert client_for(charlie).get("/v1/users/dora").json()["mutuals_count"] is None
    factories.follow(charlie, dora)
    assert client_for(charlie).get("/v1/users/dora").json()["mutuals_count"] == 1


def test_a_list_that_one_has_is_not_sent_again_until_something_in_it_changes(alice, bob, charlie, known, client_for):
    path = "/v1/users/alice/followers"
    etag = client_for(bob).get(path)["ETag"]

    def status(who=bob):
        return client_for(who).get(path, headers={"If-None-Match": etag}).status_code

    assert (status(), status(charlie)) == (304, 200)
    for change in (
        lambda: factories.follow(bob, known["none"]),
        lambda: User.objects.filter(pk=known["fan"].pk).update(name="Fanny"),
        lambda: factories.follow(charlie, alice),
    ):
        change()
        assert status() == 200
        etag = client_for(bob).get(path)["ETag"]
        assert status() == 304


def test_a_profile_is_the_serializers_bytes_and_is_not_sent_again(alice, bob, known, client_for):
    alice.bio, alice.website = 'a "quote" \u2028 \U0001f600', "https://example.com"
    alice.avatar = factories.media(alice, references=1)
    alice.save()
    for viewer, name in ((bob, "alice"), (bob, "fan"), (alice, "alice"), (known["fan"], "asked")):
        people = with_mutuals_count(viewer, with_relation_to(viewer, people_visible_to(viewer)))
        row = for_display(people).get(username=name)
        answer = client_for(viewer).get(f"/v1/users/{name}")
        assert answer.content == JSONRenderer().render(ProfileDetailSerializer(row).data)
        again = client_for(viewer).get(f"/v1/users/{name}", headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    etag = client_for(bob).get("/v1/users/alice")["ETag"]
    factories.follow(factories.person(), alice)
    assert client_for(bob).get("/v1/users/alice", headers={"If-None-Match": etag}).status_code == 200


def test_mutuals_are_counted_up_to_a_hundred(alice, bob, client_for, monkeypatch):
    """The constant is small here: a hundred people would take a second."""
    monkeypatch.setattr("social.people.MAX_MUTUALS_COUNTED", 3)
    for _ in range(4):
        person = factories.person()
        factories.follow(person, alice)
        factories.follow(bob, person)
    row = with_mutuals_count(bob, people_visible_to(bob)).get(username="alice")
    assert row.mutuals_count == 3
