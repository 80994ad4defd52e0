"""One reaction per person and post: like, dislike or none. Counters are the numbers of rows."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import Count, Q
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from rest_framework.test import APIClient

from accounts.models import User
from posts import actions
from posts.models import Post, Reaction
from social.models import Block
from tests.support import factories

pytestmark = pytest.mark.django_db


def assert_counts_equal_rows():
    rows = Post.objects.annotate(
        likes=Count("reactions", filter=Q(reactions__kind="like")),
        dislikes=Count("reactions", filter=Q(reactions__kind="dislike")),
    )
    for post in rows:
        assert (post.likes_count, post.dislikes_count) == (post.likes, post.dislikes)


def test_a_like_is_counted_and_shown_to_who_liked(client_for, alice, bob):
    post = factories.post(alice)
    answer = client_for(bob).put(f"/v1/posts/{post.pk}/like")
    assert (answer.status_code, answer.json()) == (200, {"reaction": "like", "likes_count": 1, "dislikes_count": 0})
    mine, theirs = (client_for(person).get(f"/v1/posts/{post.pk}").json() for person in (bob, alice))
    assert (mine["viewer"]["reaction"], mine["likes_count"]) == ("like", 1)
    assert (theirs["viewer"]["reaction"], theirs["likes_count"]) == (None, 1)


@pytest.mark.parametrize("kind", ["like", "dislike"])
def test_twice_is_once(client_for, alice, bob, kind):
    post = factories.post(alice)
    answers = [client_for(bob).put(f"/v1/posts/{post.pk}/{kind}") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert Reaction.objects.count() == 1
    assert_counts_equal_rows()
    gone = [client_for(bob).delete(f"/v1/posts/{post.pk}/{kind}").status_code for _ in range(2)]
    assert gone == [204, 204]
    assert Reaction.objects.count() == 0
    assert_counts_equal_rows()


def test_switching_is_one_step(client_for, alice, bob):
    post = factories.post(alice)
    client_for(bob).put(f"/v1/posts/{post.pk}/like")
    answer = client_for(bob).put(f"/v1/posts/{post.pk}/dislike")
    assert answer.json() == {"reaction": "dislike", "likes_count": 0, "dislikes_count": 1}
    assert Reaction.objects.get().kind == "dislike"


def test_taking_back_a_like_leaves_a_dislike(client_for, alice, bob):
    post = factories.post(alice)
    client_for(bob).put(f"/v1/posts/{post.pk}/dislike")
    assert client_for(bob).delete(f"/v1/posts/{post.pk}/like").status_code == 204
    assert client_for(bob).get(f"/v1/posts/{post.pk}").json()["viewer"]["reaction"] == "dislike"


def test_ones_own_reaction_can_be_taken_back_from_a_post_one_sees_no_more(client_for, alice, bob):
    post = factories.post(alice)
    client_for(bob).put(f"/v1/posts/{post.pk}/like")
    factories.block(alice, bob)
    assert client_for(bob).put(f"/v1/posts/{post.pk}/dislike").status_code == 404
    assert client_for(bob).delete(f"/v1/posts/{post.pk}/like").status_code == 204
    post.refresh_from_db()
    assert (post.likes_count, Reaction.objects.count()) == (0, 0)


def test_who_likes_it_newest_first_without_dislikes(client_for, alice, bob, charlie):
    post = factories.post(alice)
    for person in (bob, alice):
        client_for(person).put(f"/v1/posts/{post.pk}/like")
    client_for(charlie).put(f"/v1/posts/{post.pk}/dislike")
    people = client_for(charlie).get(f"/v1/posts/{post.pk}/likes").json()["results"]
    assert [person["username"] for person in people] == ["alice", "bob"]
    assert set(people[0]) == {"id", "username", "name", "avatar", "is_private"}


def test_who_likes_it_leaves_out_whom_one_may_not_see_but_counts_them(client_for, alice, bob, charlie):
    post = factories.post(alice)
    blocked, blocker, gone = factories.person("blocked"), factories.person("blocker"), factories.person("gone")
    hermit = factories.person("hermit", private=True)
    for person in (blocked, blocker, gone, hermit, charlie):
        client_for(person).put(f"/v1/posts/{post.pk}/like")
    factories.block(bob, blocked)
    factories.block(blocker, bob)
    User.objects.filter(pk=gone.pk).update(suspended_at="2026-11-01T00:00:00Z")
    people = client_for(bob).get(f"/v1/posts/{post.pk}/likes").json()["results"]
    assert [person["username"] for person in people] == ["charlie", "hermit"]
    assert client_for(bob).get(f"/v1/posts/{post.pk}").json()["likes_count"] == 5


def test_of_a_hidden_post_nobody_is_shown(client_for, alice, mallory):
    post = factories.post(alice)
    assert client_for(mallory).get(f"/v1/posts/{post.pk}/likes").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_one_person_eight_times_at_once_is_one_row(client_for, alice, bob, run_concurrently):
    post = factories.post(alice)
    kinds = ["like", "dislike"] * 4
    answers = run_concurrently([partial(client_for(bob).put, f"/v1/posts/{post.pk}/{kind}") for kind in kinds])
    assert [answer.status_code for answer in answers] == [200] * 8
    assert Reaction.objects.count() == 1
    assert_counts_equal_rows()


@pytest.mark.django_db(transaction=True)
def test_reacting_taking_back_and_deleting_at_once_neither_lock_up_nor_miscount(
    client_for, alice, bob, charlie, run_concurrently
):
    post = factories.post(alice)
    address = f"/v1/posts/{post.pk}"
    for _ in range(4):
        calls = []
        for person in (alice, bob, charlie):
            client = client_for(person)
            calls += [partial(client.put, f"{address}/like"), partial(client.delete, f"{address}/like")]
        calls += [partial(client_for(alice).delete, address), partial(client_for(alice).post, f"{address}/restore")]
        answers = run_concurrently(calls)
        assert {answer.status_code for answer in answers} <= {200, 204, 404}
        assert_counts_equal_rows()


class ReactionMachine(RuleBasedStateMachine):
    """Any sequence of likes, dislikes, withdrawals and blocks leaves counters equal to rows, and rows as wished."""

    def __init__(self) -> None:
        super().__init__()
        self.people = [factories.person() for _ in range(3)]
        self.posts = [factories.post(self.people[0]) for _ in range(2)]
        self.wishes: dict[tuple[int, int], str] = {}

    def client(self, who: int) -> APIClient:
        browser = APIClient()
        browser.force_authenticate(self.people[who])
        return browser

    @rule(who=st.integers(0, 2), which=st.integers(0, 1), kind=st.sampled_from(["like", "dislike"]))
    def put(self, who, which, kind):
        answer = self.client(who).put(f"/v1/posts/{self.posts[which].pk}/{kind}")
        blocked = Block.objects.filter(blocked=self.people[who]).exists()
        assert answer.status_code == (404 if blocked else 200)
        if not blocked:
            self.wishes[who, which] = kind

    @rule(who=st.integers(0, 2), which=st.integers(0, 1), kind=st.sampled_from(["like", "dislike"]))
    def take_back(self, who, which, kind):
        assert self.client(who).delete(f"/v1/posts/{self.posts[which].pk}/{kind}").status_code == 204
        if self.wishes.get((who, which)) == kind:
            del self.wishes[who, which]

    @rule(who=st.integers(1, 2))
    def block_or_unblock(self, who):
        if not Block.objects.filter(blocker=self.people[0], blocked=self.people[who]).delete()[0]:
            factories.block(self.people[0], self.people[who])

    @invariant()
    def rows_are_as_wished(self):
        people = {person.pk: number for number, person in enumerate(self.people)}
        posts = {post.pk: number for number, post in enumerate(self.posts)}
        rows = Reaction.objects.filter(post__in=posts).values_list("user_id", "post_id", "kind")
        assert {(people[user], posts[post]): kind for user, post, kind in rows} == self.wishes

    @invariant()
    def counts_equal_rows(self):
        assert_counts_equal_rows()


def test_any_sequence_leaves_counts_equal_to_rows(db):
    run_state_machine_as_test(
        ReactionMachine, settings=settings(max_examples=10, stateful_step_count=12, deadline=None)
    )


@pytest.mark.django_db(transaction=True)
def test_eight_people_on_one_post_at_once_are_eight(client_for, alice, run_concurrently):
    post = factories.post(alice)
    people = [factories.person() for _ in range(8)]
    for method, status in (("put", 200), ("put", 200), ("delete", 204), ("put", 200)):
        calls = [partial(getattr(client_for(one), method), f"/v1/posts/{post.pk}/like") for one in people]
        answers = run_concurrently(calls)
        assert {answer.status_code for answer in answers} == {status}
        assert_counts_equal_rows()
    post.refresh_from_db()
    assert post.likes_count == 8
    shown = client_for(alice).get(f"/v1/users/{alice.username}/posts").json()["results"][0]
    assert shown["likes_count"] == 8


@pytest.mark.django_db(transaction=True)
def test_eight_change_their_minds_at_once(client_for, alice, run_concurrently):
    post = factories.post(alice)
    people = [factories.person() for _ in range(4)]
    for one in people:
        client_for(one).put(f"/v1/posts/{post.pk}/like")
    calls = [partial(client_for(one).put, f"/v1/posts/{post.pk}/dislike") for one in people]
    calls += [partial(client_for(one).delete, f"/v1/posts/{post.pk}/like") for one in people]
    run_concurrently(calls)
    assert_counts_equal_rows()
    post.refresh_from_db()
    assert (post.likes_count, post.dislikes_count) == (0, 4)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("method", "kind", "counts"),
    [("put", "dislike", (0, 1)), ("put", "like", (1, 0)), ("delete", "dislike", (1, 0))],
)
def test_who_waits_for_their_own_other_request(client_for, alice, bob, run_concurrently, method, kind, counts):
    """The second one began before the first was committed, so that it does not see the counter that it changes."""
    post, client = factories.post(alice), client_for(bob)
    client.put(f"/v1/posts/{post.pk}/dislike")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.react(user=bob, post_id=post.pk, kind="like")
            second = pool.submit(run_concurrently, [partial(getattr(client, method), f"/v1/posts/{post.pk}/{kind}")])
            wait_until_somebody_waits_for_a_lock()
        (answer,) = second.result()
    assert answer.status_code in (200, 204)
    post.refresh_from_db()
    assert (post.likes_count, post.dislikes_count) == counts
    assert_counts_equal_rows()


def wait_until_somebody_waits_for_a_lock():
    deadline = time.monotonic() + 30
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < deadline, "nobody waits"


@pytest.mark.django_db(transaction=True)
def test_sixteen_people_of_changing_minds(client_for, alice, run_concurrently):
    """Each has three requests under way at once, of which any may come last."""
    post = factories.post(alice)
    clients = [client_for(factories.person()) for _ in range(16)]
    chance = random.Random(1)
    ways = [("put", "like"), ("put", "dislike"), ("delete", "like"), ("delete", "dislike")]

    def wishes(client):
        for method, kind in chance.sample(ways * 3, 9):
            answer = getattr(client, method)(f"/v1/posts/{post.pk}/{kind}")
            assert answer.status_code == (200 if method == "put" else 204)

    run_concurrently([partial(wishes, client) for client in clients for _ in range(3)])
    assert_counts_equal_rows()
