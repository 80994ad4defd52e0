"""Every cell of the visibility matrix, over the real URLconf."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import Caller, limit, open_session
from accounts.models import User
from media.actions.direct_uploads import begin
from media.actions.marking import ensure_marked
from moderation.actions import decide_subject, report
from moderation.defaults import MODERATORS
from portability.actions import announce_import, request_export
from posts import actions as posts
from posts.models import Post
from social.models import Audience, Follow
from stories import actions as stories
from stories.models import Story
from tests.architecture.test_registration import routes
from tests.contract.visibility_matrix import MATRIX, VIEWERS, Row, everybody, expected
from tests.support import factories

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete")
CANARY = "canary-in-a-coal-mine"


class World:
    """An owner with one of everything, and everybody who may come to look."""

    def __init__(self, *, private: bool) -> None:
        self.client = APIClient()
        ensure_marked()  # the media of the factories have no files: a folder without a mark would seem to be lost
        self.owner = factories.person("olga", private=private)
        self.viewers: dict[str, User | None] = {"anonymous": None, "owner": self.owner}
        for name in VIEWERS:
            if name not in self.viewers:
                self.viewers[name] = factories.person(name, is_staff=name == "moderator")
        self.viewers["moderator"].groups.add(Group.objects.get(name=MODERATORS))
        self._relate()
        place = factories.place("Nowhere else")
        post = factories.post(self.owner, CANARY, place=place)
        tag = factories.tagged(post, "nowhereelse").tag
        comment = factories.comment(post, self.owner, CANARY)
        self.names = {
            "owner": "olga",
            "post": post.pk,
            "tag": tag.normalized_name,
            "place": place.pk,
            "comment": comment.pk,
            "media": post.items.get().media_id,
            "upload": begin(owner=self.owner, size=1000).pk,
            "export": request_export(owner=self.owner).pk,
            "import": announce_import(owner=self.owner, size=1000).pk,
            "story": (story := factories.story(self.owner)).pk,
            "highlight": factories.highlight(self.owner, [story], CANARY).pk,
            "collection": factories.collection(self.owner, [post], CANARY).pk,
            "trashed": factories.post(self.owner, CANARY, deleted_at=timezone.now()).pk,
            "report": report(
                reporter=self.owner, subject_type="user", subject_id=self.viewers["stranger"].pk, category="spam"
            )[0].pk,
            "decision": decide_subject(
                subject_type="post", subject_id=post.pk, action="warn", reason="spam", automatic=True
            ).pk,
            "draft": factories.post(self.owner, CANARY, live=False, is_draft=True).pk,
            "archived": factories.post(self.owner, CANARY, archived_at=timezone.now()).pk,
        }
        self.tokens = {
            name: open_session(user=user, caller=Caller()).access for name, user in self.viewers.items() if user
        }
        User.objects.filter(username="suspended").update(suspended_at=timezone.now())

    def _relate(self) -> None:
        people = {name: user for name, user in self.viewers.items() if user}
        factories.follow(people["follower"], self.owner)
        factories.follow(people["close_friend"], self.owner)
        factories.close_friend(self.owner, people["close_friend"])
        if self.owner.is_private:
            factories.follow(people["pending"], self.owner, pending=True)
        factories.mute(people["muter"], self.owner)
        factories.block(self.owner, people["blocked"])
        factories.block(people["blocker"], self.owner)

    def ask(self, viewer: str, method: str, row: Row, **names: Any) -> Any:
        """One request, undone afterwards."""
        token = self.tokens.get(viewer)
        self.client.credentials(**({"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}))
        values = {**self.names, **names}
        text = json.dumps(row.body)
        for kind in ("media", "story", "post"):
            text = text.replace(f"{{{kind}}}", str(values[kind]))
        body = json.loads(text)
        with transaction.atomic():
            answer = getattr(self.client, method)(row.path.format(**values), body)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return answer


def test_every_route_has_a_row():
    found = set()
    for address, route in routes():
        if not address.startswith("v1/"):
            continue
        actions = getattr(route.callback, "actions", None)
        methods = (
            actions
            if actions
            else [m for m in ("get", "post", "put", "patch", "delete") if hasattr(route.callback.cls, m)]
        )
        found |= {(str(route.name), method) for method in methods if method != "head"}
    rows = "\n".join(f'    ("{name}", "{method}"): Row(…, "/v1/…"),' for name, method in sorted(found - set(MATRIX)))
    assert not rows, f"new routes: say in tests/contract/visibility_matrix.py who gets which status there:\n{rows}"
    assert set(MATRIX) - found == set(), "rows of routes that are gone: remove them from the visibility matrix"


@pytest.mark.parametrize("inactive", [None, "suspended_at", "deactivated_at", "deleted_at"])
@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_every_cell(private, inactive, settings):
    settings.RATE_LIMITS = False  # ten viewers of one address ask
    world = World(private=private)
    if inactive:
        ended = F("token_version") + 1  # as the actions do
        User.objects.filter(pk=world.owner.pk).update(**{inactive: timezone.now()}, token_version=ended)
    wrong = []
    for (name, method), row in MATRIX.items():
        for viewer in VIEWERS:
            answer = world.ask(viewer, method, row)
            promised = expected(row, viewer, private=private, inactive=inactive is not None)
            if answer.status_code != promised:
                wrong.append(f"{method} {name} as {viewer}: {answer.status_code}, promised {promised}")
            if promised in {401, 404} and not answer.streaming:
                assert CANARY.encode() not in answer.content
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_hidden_and_absent_are_one_answer(private):
    world = World(private=private)
    absent = {"post": 1, "comment": 1, "media": 1, "upload": 1, "trashed": 1, "archived": 1, "owner": "no.such.person"}
    absent |= {"collection": 1, "export": 1, "import": 1, "story": 1, "highlight": 1, "tag": "nosuchtag", "place": 1}
    absent |= {"report": 1, "decision": 1, "draft": 1}
    for (name, method), row in MATRIX.items():
        for viewer in ("stranger", "blocked", "pending"):
            hidden = world.ask(viewer, method, row)
            if row.rule is None or hidden.status_code != 404:
                continue
            nothing = world.ask(viewer, method, row, **absent)
            where = f"{method} {name} as {viewer}"
            assert (hidden.status_code, hidden.content) == (nothing.status_code, nothing.content), where
            assert set(hidden.headers) == set(nothing.headers), where


HIDE: dict[str, Callable[[Post], Any]] = {
    "archived": lambda post: Post.objects.filter(pk=post.pk).update(archived_at=timezone.now()),
    "deleted": lambda post: Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now()),
    "taken down": lambda post: Post.objects.filter(pk=post.pk).update(removed_at=timezone.now()),
    "not published": lambda post: Post.objects.filter(pk=post.pk).update(timeline_id=None),
    "a draft": lambda post: Post.objects.filter(pk=post.pk).update(timeline_id=None, is_draft=True),
}


@pytest.mark.parametrize("state", HIDE)
def test_a_post_that_is_not_live_is_nobody_elses(state):
    world = World(private=False)
    HIDE[state](Post.objects.get(pk=world.names["post"]))
    for (name, method), row in MATRIX.items():
        on_post = "{post}" in row.path or "{comment}" in row.path
        if not on_post or row.rule is None or method == "delete":
            continue
        for viewer in ("follower", "stranger", "moderator"):
            answer = world.ask(viewer, method, row)
            assert answer.status_code == 404, f"{method} {name} of a post {state}, as {viewer}"
    for path, viewers in {
        "/v1/users/olga/posts": ("follower", "owner"),
        "/v1/feed": ("follower", "owner"),
        "/v1/posts": ("follower", "stranger"),
    }.items():
        for viewer in viewers:
            answer = world.ask(viewer, "get", Row(None, path))
            assert str(world.names["post"]) not in [row["id"] for row in answer.json()["results"]], (
                f"{path} as {viewer}"
            )


FEW = {"audience": Audience.CLOSE_FRIENDS}
NAMED = ("{post}", "{comment}", "{story}", "{highlight}", "{tag}", "{place}")


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_what_is_for_close_friends_is_there_for_them_and_for_nobody_else(private):
    """Every route that names a post, story or what is made of them, for every viewer: as if it was not there."""
    world = World(private=private)
    Post.objects.filter(author=world.owner).update(**FEW)
    Story.objects.filter(author=world.owner).update(**FEW)
    wrong = []
    for (name, method), row in MATRIX.items():
        if row.rule is None or not any(word in row.path for word in NAMED):
            continue
        for viewer in VIEWERS:
            answer = world.ask(viewer, method, row)
            promised = expected(row, viewer, private=private, inactive=False)
            sees = viewer in {"owner", "close_friend", "anonymous", "suspended"}
            if not sees and promised in {200, 201, 403}:
                promised = 404
            if answer.status_code != promised:
                wrong.append(f"{method} {name} as {viewer}: {answer.status_code}, promised {promised}")
    assert not wrong, "\n".join(wrong)
    lists = ("users/olga/posts", "users/olga/stories", "users/olga/highlights", "feed", "stories", "explore")
    for path in (*lists, "search?q=author:olga"):
        for viewer in ("follower", "moderator", "close_friend"):
            answer = world.ask(viewer, "get", Row(None, f"/v1/{path}"))
            shown = answer.status_code == 200 and b"renditions" in answer.content
            assert not shown or viewer == "close_friend", f"{path} as {viewer}"


def test_what_changes_counts_from_the_next_request():
    """Each column again after a relation has changed."""
    world = World(private=True)
    row = MATRIX["post-detail", "get"]
    follower = world.viewers["follower"]
    assert follower
    assert world.ask("follower", "get", row).status_code == 200
    Follow.objects.filter(follower=follower).delete()
    assert world.ask("follower", "get", row).status_code == 404
    User.objects.filter(pk=world.owner.pk).update(is_private=False)
    assert world.ask("follower", "get", row).status_code == 200
    Post.objects.filter(pk=world.names["post"]).update(**FEW)
    assert world.ask("follower", "get", row).status_code == 404
    closeness = factories.close_friend(world.owner, follower)
    assert world.ask("follower", "get", row).status_code == 200
    closeness.delete()
    assert world.ask("follower", "get", row).status_code == 404
    factories.close_friend(world.owner, follower)
    factories.block(world.owner, follower)
    assert world.ask("follower", "get", row).status_code == 404


TAKE_DOWN: dict[str, Callable[..., bool]] = {
    "post": posts.take_down,
    "comment": posts.take_down_comment,
    "story": stories.take_down,
    "highlight": stories.take_down_highlight,
}


@pytest.mark.parametrize("kind", TAKE_DOWN)
def test_what_is_taken_down_is_nobodys_not_even_its_authors(kind):
    """Every route that names it, for everybody: as if it was not there. One's own relations to it still end (204)."""
    world = World(private=False)
    TAKE_DOWN[kind](**{f"{kind}_id": world.names[kind]})
    wrong = []
    for (name, method), row in MATRIX.items():
        if f"{{{kind}}}" not in row.path:
            continue
        for viewer in ("owner", "follower", "stranger", "moderator"):
            answer = world.ask(viewer, method, row)
            usual = expected(row, viewer, private=False, inactive=False)
            promised = 204 if method == "delete" and usual == 204 and viewer != "owner" else 404
            if answer.status_code != promised and not (viewer == "owner" and row.rule == everybody(204)):
                wrong.append(f"{method} {name} as {viewer}: {answer.status_code}, promised {promised}")
            assert CANARY.encode() not in answer.content
    assert not wrong, "\n".join(wrong)


def test_what_a_limited_person_shares_is_as_a_private_persons():
    """For strangers; whoever follows sees it, and the card stays for all."""
    world = World(private=False)
    limit(user_id=world.owner.pk)
    wrong = []
    for (name, method), row in MATRIX.items():
        if row.rule is None or ("{owner}" not in row.path and not any(word in row.path for word in NAMED)):
            continue
        for viewer in ("owner", "follower", "stranger", "blocked"):
            answer = world.ask(viewer, method, row)
            promised = expected(row, viewer, private=True, inactive=False)
            if answer.status_code != promised:
                wrong.append(f"{method} {name} as {viewer}: {answer.status_code}, promised {promised}")
    assert not wrong, "\n".join(wrong)
