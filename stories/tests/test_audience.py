"""Stories for close friends: in their tray, marked, and nowhere for others; highlights show each what they may see."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from stories.models import Seen
from tests.support import factories

pytestmark = pytest.mark.django_db
FEW = "close_friends"


@pytest.fixture
def friend(alice: User, bob: User) -> User:
    """Follows alice, as bob does, and is close to her."""
    person = factories.person("frida")
    factories.follow(person, alice)
    factories.close_friend(alice, person)
    return person


def tray(client: Any) -> list[list[tuple[str, str]]]:
    entries = client.get("/v1/stories").json()["results"]
    return [[(story["id"], story["audience"]) for story in entry["stories"]] for entry in entries]


def test_the_tray_has_it_for_friends_and_says_so(alice, bob, friend, client_for):
    few = client_for(alice).post("/v1/stories", {"media": str(factories.media(alice).pk), "audience": FEW})
    assert (few.status_code, few.json()["audience"]) == (201, FEW)
    pk = few.json()["id"]
    assert tray(client_for(friend)) == [[(pk, FEW)]] == tray(client_for(alice))
    assert tray(client_for(bob)) == []
    usual = factories.story(alice)
    assert tray(client_for(friend)) == [[(pk, FEW), (str(usual.pk), "followers")]]
    assert tray(client_for(bob)) == [[(str(usual.pk), "followers")]]


def test_a_hidden_one_moves_nobody_in_the_tray(alice, bob, friend, charlie, client_for):
    """Neither by being newer nor by being unseen."""
    factories.follow(bob, charlie)
    factories.story(alice)
    factories.story(charlie)
    seen = client_for(bob).get("/v1/stories").json()["results"]
    client_for(bob).put("/v1/stories/seen", {"ids": [seen[1]["stories"][0]["id"]]})
    before = client_for(bob).get("/v1/stories").content
    factories.story(alice, audience=FEW)
    assert client_for(bob).get("/v1/stories").content == before


def test_one_by_its_id_and_its_marks(alice, bob, friend, client_for):
    story = factories.story(alice, audience=FEW)
    path = f"/v1/stories/{story.pk}"
    assert [client_for(one).get(path).status_code for one in (alice, friend, bob)] == [200, 200, 404]
    assert client_for(bob).put(f"{path}/seen").status_code == 404
    assert client_for(bob).put("/v1/stories/seen", {"ids": [str(story.pk)]}).json() == {"seen": []}
    assert client_for(friend).put(f"{path}/seen").status_code == 200
    assert Seen.objects.get().viewer == friend
    assert client_for(bob).get("/v1/users/alice/stories").json()["results"] == []
    assert len(client_for(friend).get("/v1/users/alice/stories").json()["results"]) == 1


@pytest.fixture
def shelf(alice: User) -> dict[str, Any]:
    """A highlight whose first story and cover are for close friends, and one of nothing else."""
    day = timedelta(days=2)
    few, usual = factories.story(alice, age=day, audience=FEW), factories.story(alice, age=day)
    return {
        "mixed": factories.highlight(alice, [few, usual], "Mixed", cover_story=few),
        "few": factories.highlight(alice, [few], "Few"),
        "story": few,
        "other": factories.story(alice, age=day, audience=FEW),
        "usual": usual,
    }


def test_a_highlight_counts_covers_and_lists_what_one_may_see(alice, bob, friend, shelf, client_for):
    path = f"/v1/highlights/{shelf['mixed'].pk}"

    def shown(who: User) -> tuple[int, str, list[str]]:
        one = client_for(who).get(path).json()
        stories = client_for(who).get(f"{path}/stories").json()["results"]
        return one["items_count"], one["cover"]["id"], [row["id"] for row in stories]

    both = [str(shelf["story"].pk), str(shelf["usual"].pk)]
    assert shown(friend) == shown(alice) == (2, str(shelf["story"].media_id), both)
    assert shown(bob) == (1, str(shelf["usual"].media_id), both[1:])


@pytest.mark.parametrize("change", ["joins", "leaves", "covers", "moves"])
def test_what_close_friends_alone_see_does_not_date_a_highlight(alice, bob, shelf, client_for, change):
    few, usual, other = (str(shelf[name].pk) for name in ("story", "usual", "other"))
    changes: dict[str, Any] = {
        "joins": {"stories": [few, other, usual]},
        "leaves": {"stories": [usual]},
        "covers": {"cover": None},
        "moves": {"stories": [usual, few], "cover": few},
    }
    path = f"/v1/highlights/{shelf['mixed'].pk}"
    before = client_for(bob).get(path).json()["updated_at"]
    assert client_for(alice).patch(path, changes[change]).status_code == 200
    assert client_for(bob).get(path).json()["updated_at"] == before


@pytest.mark.parametrize("change", [{"title": "Another"}, {"stories": ["usual", "late"]}, {"cover": "usual"}])
def test_what_all_see_dates_it(alice, bob, shelf, client_for, change):
    ids = {"usual": str(shelf["usual"].pk), "late": str(factories.story(alice, age=timedelta(days=1)).pk)}
    path = f"/v1/highlights/{shelf['mixed'].pk}"
    before = client_for(bob).get(path).json()["updated_at"]
    if "stories" in change:
        change = {"stories": [ids[name] for name in change["stories"]]}
    elif "cover" in change:
        change = {"cover": ids[change["cover"]]}
    assert client_for(alice).patch(path, change).status_code == 200
    assert client_for(bob).get(path).json()["updated_at"] > before


def test_one_that_holds_nothing_for_me_is_not_there(alice, bob, friend, shelf, client_for):
    for path in (f"/v1/highlights/{shelf['few'].pk}", f"/v1/highlights/{shelf['few'].pk}/stories"):
        assert [client_for(one).get(path).status_code for one in (alice, friend, bob)] == [200, 200, 404]
    titles = {
        who.username: [row["title"] for row in client_for(who).get("/v1/users/alice/highlights").json()["results"]]
        for who in (friend, bob)
    }
    assert titles == {"frida": ["Few", "Mixed"], "bob": ["Mixed"]}


def lives_for(url: str) -> float:
    """Seconds for which an address of a media is good."""
    found = re.search(r"token=[opOP]([0-9a-z]+)\.", url)
    assert found, url
    return int(found[1], 36) - time.time()


def test_addresses_are_good_for_minutes_though_the_author_is_public(alice, friend, shelf, client_for):
    story = factories.story(alice, audience=FEW)
    usual = factories.story(alice)
    browser = client_for(friend)
    for _ in range(2):  # from a card that is made, and from one that is there
        few, other = browser.get("/v1/stories").json()["results"][0]["stories"]
        assert lives_for(few["media"]["url"]) <= 300 < lives_for(other["media"]["url"])
    for path, bound in ((f"/v1/stories/{story.pk}", 300), (f"/v1/stories/{usual.pk}", 3600)):
        url = browser.get(path).json()["media"]["url"]
        assert bound / 12 - 30 < lives_for(url) <= bound
    path = f"/v1/highlights/{shelf['mixed'].pk}"
    few, other = (row["media"]["url"] for row in browser.get(f"{path}/stories").json()["results"])
    assert lives_for(few) <= 300 < lives_for(other)
    assert lives_for(browser.get(path).json()["cover"]["url"]) <= 300


def test_it_stays_what_it_is_in_the_archive(alice, shelf, client_for):
    rows = client_for(alice).get("/v1/me/stories/archive").json()["results"]
    assert [row["audience"] for row in rows] == [FEW, "followers", FEW]
