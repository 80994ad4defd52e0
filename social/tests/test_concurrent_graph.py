"""Up to eight requests at the same moment, on connections of their own, over and over: whatever comes together, the
answers and what is left are those of the same requests one after another, in some order.

The model below is that of one request after another. A round is explained if some order of its requests gives each of
their answers and the rows that are there afterwards.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from rest_framework.test import APIClient

from accounts.models import User
from events.models import Event
from social import actions
from social.models import Block, CloseFriend, Follow
from tests.support import factories

AT_ONCE = 8
NAMES = ["ann", "ben", "dan"]  # few, so that they meet
Pair = tuple[str, str]


@dataclass(frozen=True)
class Graph:
    """Follows (with those that are accepted), blocks and closeness as pairs; who is private."""

    follows: frozenset[Pair] = frozenset()
    accepted: frozenset[Pair] = frozenset()
    blocks: frozenset[Pair] = frozenset()
    close: frozenset[Pair] = frozenset()
    private: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Call:
    """`a` does `what` to `b`; what concerns oneself alone ignores `b`."""

    what: str
    a: str
    b: str


Outcome = tuple[int, Graph]


def _without(graph: Graph, *pairs: Pair) -> Graph:
    gone = frozenset(pairs)
    return replace(graph, follows=graph.follows - gone, accepted=graph.accepted - gone)


def _follow(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    if (b, a) in graph.blocks or (a, b) in graph.blocks:
        yield 404 if (b, a) in graph.blocks else 409, graph
        return
    accepted = graph.accepted if b in graph.private else graph.accepted | {(a, b)}
    yield 200, replace(graph, follows=graph.follows | {(a, b)}, accepted=accepted)


def _unfollow(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    yield 204, _without(graph, (a, b))


def _remove_follower(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    yield 204, replace(_without(graph, (b, a)), close=graph.close - {(a, b)})


def _accept(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    known = (b, a) in graph.follows
    yield (200, replace(graph, accepted=graph.accepted | {(b, a)})) if known else (404, graph)


def _reject(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    yield 204, graph if (b, a) in graph.accepted else _without(graph, (b, a))


def _block(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    if (b, a) in graph.blocks:
        yield 404, graph
    # Two who block each other at the same moment both may: whoever is second has seen the other before.
    ended = replace(_without(graph, (a, b), (b, a)), close=graph.close - {(a, b), (b, a)})
    yield 200, replace(ended, blocks=graph.blocks | {(a, b)})


def _unblock(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    yield 204, replace(graph, blocks=graph.blocks - {(a, b)})


def _add_close(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    if (b, a) in graph.blocks or (a, b) in graph.blocks:
        yield 404 if (b, a) in graph.blocks else 409, graph
    else:
        yield 200, replace(graph, close=graph.close | {(a, b)})


def _remove_close(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    yield 204, replace(graph, close=graph.close - {(a, b)})


def _open(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    yield 200, replace(graph, private=graph.private - {a})


def _shut(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    yield 200, replace(graph, private=graph.private | {a})


def _settle(graph: Graph, a: str, b: str) -> Iterator[Outcome]:
    """What the worker does after somebody has opened their account, and may do at any moment."""
    asked = frozenset() if a in graph.private else frozenset(pair for pair in graph.follows if pair[1] == a)
    yield 200, replace(graph, accepted=graph.accepted | asked)


MODEL: dict[str, Callable[[Graph, str, str], Iterator[Outcome]]] = {
    "follow": _follow,
    "unfollow": _unfollow,
    "remove_follower": _remove_follower,
    "accept": _accept,
    "reject": _reject,
    "block": _block,
    "unblock": _unblock,
    "add_close": _add_close,
    "remove_close": _remove_close,
    "open": _open,
    "shut": _shut,
    "settle": _settle,
}
REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "follow": ("put", "/v1/users/{b}/follow", {}),
    "unfollow": ("delete", "/v1/users/{b}/follow", {}),
    "remove_follower": ("delete", "/v1/me/followers/{b}", {}),
    "accept": ("post", "/v1/me/follow-requests/{b}/accept", {}),
    "reject": ("post", "/v1/me/follow-requests/{b}/reject", {}),
    "block": ("put", "/v1/users/{b}/block", {}),
    "unblock": ("delete", "/v1/users/{b}/block", {}),
    "add_close": ("put", "/v1/me/close-friends/{b}", {}),
    "remove_close": ("delete", "/v1/me/close-friends/{b}", {}),
    "open": ("patch", "/v1/me", {"is_private": False}),
    "shut": ("patch", "/v1/me", {"is_private": True}),
}
# What is dangerous together: the same two people, from both sides.
MEETINGS = [
    ["follow", "block"],
    ["follow", "follow", "unfollow"],
    ["follow", "remove_follower", "accept"],
    ["accept", "unfollow", "reject"],
    ["add_close", "block", "remove_close"],
    ["open", "settle", "accept", "follow"],
    ["open", "shut", "settle", "follow"],
    ["block", "unblock", "follow", "add_close"],
    list(MODEL),
]


def calls_between(kinds: list[str], people: list[str]) -> st.SearchStrategy[list[Call]]:
    one = st.builds(lambda what, pair: Call(what, *pair), st.sampled_from(kinds), st.sampled_from(_pairs(people)))
    return st.lists(one, min_size=2, max_size=AT_ONCE)


def _pairs(people: list[str]) -> list[Pair]:
    return [(a, b) for a in people for b in people if a != b]


rounds = st.tuples(st.sampled_from(MEETINGS), st.sampled_from([*map(list, _pairs(NAMES)), NAMES])).flatmap(
    lambda drawn: calls_between(*drawn)
)


def is_explained(before: Graph, calls: list[Call], statuses: list[int], after: Graph) -> bool:
    """Whether the calls one after another, in some order, give these answers and leave `after`."""

    @cache
    def search(graph: Graph, left: frozenset[int]) -> bool:
        if not left:
            return graph == after
        return any(
            status == statuses[number] and search(following, left - {number})
            for number in left
            for status, following in MODEL[calls[number].what](graph, calls[number].a, calls[number].b)
        )

    return search(before, frozenset(range(len(calls))))


def graph_in_the_database() -> Graph:
    def pairs(rows: Any, one: str, other: str) -> frozenset[Pair]:
        return frozenset(rows.values_list(f"{one}__username", f"{other}__username"))

    return Graph(
        follows=pairs(Follow.objects.all(), "follower", "followee"),
        accepted=pairs(Follow.objects.accepted(), "follower", "followee"),
        blocks=pairs(Block.objects.all(), "blocker", "blocked"),
        close=pairs(CloseFriend.objects.all(), "owner", "friend"),
        private=frozenset(User.objects.filter(is_private=True).values_list("username", flat=True)),
    )


class AtOnce(RuleBasedStateMachine):
    """Rounds of calls at the same moment."""

    pool: ThreadPoolExecutor

    @initialize()
    def world(self) -> None:
        for model in (Event, Follow, Block, CloseFriend):
            model.objects.all().delete()
        User.objects.all().delete()
        self.people = {name: factories.person(name, private=name == "dan") for name in NAMES}
        self.graph = graph_in_the_database()
        self.followed = 0

    def perform(self, call: Call, together: threading.Barrier) -> int:
        client = APIClient()
        client.force_authenticate(self.people[call.a])
        together.wait(30)
        if call.what == "settle":
            actions.accept_pending(user_id=self.people[call.a].pk)
            return 200
        method, path, body = REQUESTS[call.what]
        status: int = getattr(client, method)(path.format(b=call.b), body).status_code
        return status

    @rule(calls=rounds)
    def all_at_once(self, calls: list[Call]) -> None:
        together = threading.Barrier(len(calls))
        statuses = list(self.pool.map(lambda call: self.perform(call, together), calls))
        before, self.graph = self.graph, graph_in_the_database()
        told = [f"{call.a} {call.what} {call.b}: {status}" for call, status in zip(calls, statuses, strict=True)]
        assert is_explained(before, calls, statuses, self.graph), f"{before}\n{told}\n{self.graph}"

    @invariant()
    def nobody_follows_or_is_close_over_a_block(self) -> None:
        ends = {frozenset(pair) for pair in self.graph.blocks}
        assert not ends & {frozenset(pair) for pair in (*self.graph.follows, *self.graph.close)}

    @invariant()
    def counts_are_those_of_the_rows(self) -> None:
        for name, following, followers in User.objects.values_list("username", "following_count", "followers_count"):
            assert following == len([pair for pair in self.graph.accepted if pair[0] == name])
            assert followers == len([pair for pair in self.graph.accepted if pair[1] == name])

    @invariant()
    def each_follow_is_told_once(self) -> None:
        """There are as many events as follows were accepted: no fewer than there are, and none twice for one row."""
        accepted = Event.objects.filter(name__in=["followed", "request_accepted"]).count()
        assert accepted >= max(self.followed, len(self.graph.accepted))
        self.followed = accepted


@pytest.mark.django_db(transaction=True)
def test_whatever_comes_together_is_as_if_it_had_come_one_after_another(settings):
    settings.RATE_LIMITS = False
    with ThreadPoolExecutor(AT_ONCE) as pool:
        AtOnce.pool = pool
        try:
            run_state_machine_as_test(AtOnce, settings=FEW)
        finally:
            closing = threading.Barrier(AT_ONCE)
            list(pool.map(lambda _: (closing.wait(30), connections.close_all()), range(AT_ONCE)))


FEW: Any = settings(
    max_examples=15,
    stateful_step_count=6,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_explanation_can_fail():
    """Both a follow and a block, and a second answer that nobody could have got."""
    calls = [Call("follow", "ann", "ben"), Call("block", "ben", "ann")]
    blocked = Graph(blocks=frozenset({("ben", "ann")}))
    assert is_explained(Graph(), calls, [200, 200], blocked)
    assert is_explained(Graph(), calls, [404, 200], blocked)
    both = replace(blocked, follows=frozenset({("ann", "ben")}), accepted=frozenset({("ann", "ben")}))
    assert not is_explained(Graph(), calls, [200, 200], both)
    assert not is_explained(Graph(), calls, [409, 200], blocked)
