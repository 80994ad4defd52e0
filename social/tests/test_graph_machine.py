"""Any story of follows, requests, blocks and changes of privacy, against a model in plain Python."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from rest_framework.test import APIClient

from accounts.models import User
from posts.models import Post
from tests.support import factories
from tests.support.outbox import drain

NAMES = ["ann", "ben", "cleo", "dan"]
names = st.sampled_from(NAMES)


class Graph(RuleBasedStateMachine):
    """`follows[a, b]` is "following" or "requested"; blocks are pairs. Every rule is an API call."""

    @initialize()
    def world(self) -> None:
        self.before = transaction.savepoint()
        self.people = {name: factories.person(name, private=name == "dan") for name in NAMES}
        self.posts = {name: factories.post(person).pk for name, person in self.people.items()}
        self.private = {"dan"}
        self.follows: dict[tuple[str, str], str] = {}
        self.blocks: set[tuple[str, str]] = set()

    def teardown(self) -> None:
        if hasattr(self, "before"):
            transaction.savepoint_rollback(self.before)

    def client_for(self, name: str) -> APIClient:
        client = APIClient()
        client.force_authenticate(User.objects.get_queryset().get(username=name))
        return client

    @rule(a=names, b=names)
    def follow(self, a: str, b: str) -> None:
        answer = self.client_for(a).put(f"/v1/users/{b}/follow")
        if a == b or (a, b) in self.blocks:
            assert answer.status_code == 409
        elif (b, a) in self.blocks:
            assert answer.status_code == 404
        else:
            state = self.follows.setdefault((a, b), "requested" if b in self.private else "following")
            assert answer.json() == {"state": state}

    @rule(a=names, b=names)
    def unfollow(self, a: str, b: str) -> None:
        assert self.client_for(a).delete(f"/v1/users/{b}/follow").status_code == 204
        self.follows.pop((a, b), None)

    @rule(a=names, b=names)
    def accept(self, a: str, b: str) -> None:
        answer = self.client_for(b).post(f"/v1/me/follow-requests/{a}/accept")
        assert answer.status_code == (200 if (a, b) in self.follows else 404)
        if (a, b) in self.follows:
            self.follows[a, b] = "following"

    @rule(a=names, b=names)
    def reject(self, a: str, b: str) -> None:
        assert self.client_for(b).post(f"/v1/me/follow-requests/{a}/reject").status_code == 204
        if self.follows.get((a, b)) == "requested":
            del self.follows[a, b]

    @rule(a=names, b=names)
    def block(self, a: str, b: str) -> None:
        answer = self.client_for(a).put(f"/v1/users/{b}/block")
        if a == b:
            assert answer.status_code == 409
        elif (b, a) in self.blocks:
            assert answer.status_code == 404
        else:
            self.blocks.add((a, b))
            self.follows.pop((a, b), None)
            self.follows.pop((b, a), None)

    @rule(a=names, b=names)
    def unblock(self, a: str, b: str) -> None:
        assert self.client_for(a).delete(f"/v1/users/{b}/block").status_code == 204
        self.blocks.discard((a, b))

    @rule(a=names, private=st.booleans())
    def change_privacy(self, a: str, private: bool) -> None:
        assert self.client_for(a).patch("/v1/me", {"is_private": private}).status_code == 200
        drain()
        if private:
            self.private.add(a)
        elif a in self.private:
            self.private.discard(a)
            self.follows.update({pair: "following" for pair in self.follows if pair[1] == a})

    @invariant()
    def everybody_sees_what_the_model_says(self) -> None:
        for a in NAMES:
            viewer = User.objects.get_queryset().get(username=a)
            visible = set(Post.objects.visible_to(viewer).values_list("author__username", flat=True))
            feed = set(Post.objects.in_feed_of(viewer).values_list("author__username", flat=True))
            assert visible == {b for b in NAMES if self.sees(a, b)}
            assert feed == {b for b in NAMES if self.sees(a, b) and (a == b or self.follows.get((a, b)) == "following")}
            accepted = [pair for pair, state in self.follows.items() if state == "following"]
            assert viewer.following_count == len([pair for pair in accepted if pair[0] == a])
            assert viewer.followers_count == len([pair for pair in accepted if pair[1] == a])

    def sees(self, a: str, b: str) -> bool:
        if a == b:
            return True
        if {(a, b), (b, a)} & self.blocks:
            return False
        return b not in self.private or self.follows.get((a, b)) == "following"


@pytest.mark.django_db
def test_any_story_of_the_graph():
    few: Any = settings(max_examples=7, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Graph, settings=few)
