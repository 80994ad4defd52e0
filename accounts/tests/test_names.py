"""User names: which there may be, and what becomes of one that is given up."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.test import APIClient

from accounts.models import HeldName, User
from accounts.names import checked_username
from accounts.tasks import release_names
from posts.models import Mention
from social.people import person_or_404
from tests.support import factories
from tests.support.factories import PASSWORD
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
CARD = {"name": "Zoe", "email": "zoe@example.com", "password": PASSWORD, "birth_date": "1990-05-17"}


def rename(client: APIClient, name: str) -> int:
    return int(client.put("/v1/me/username", {"username": name}).status_code)


def register(name: str) -> tuple[int, bytes]:
    answer = APIClient().post("/v1/auth/register", {**CARD, "username": name})
    return answer.status_code, answer.content


@pytest.mark.parametrize("name", ["alice", "a.b", "a_b_c", "x" * 30, "007", "lola.5", "admin.of.nothing", "l33t"])
def test_names_there_may_be(name):
    assert checked_username(name) == name
    assert checked_username(name.upper()) == name


@pytest.mark.parametrize(
    "name",
    [
        "аlice",  # a Cyrillic а
        "ali\u200bce", "alice\u200d", "\ufeffalice", "ali\u00adce", "alice\ufe0f", "al\u0131ce",
        "ａｌｉｃｅ", "αlice", "alìce", "ali\u0300ce", "ⅰalice", "𝐚𝐥𝐢𝐜𝐞", "\u202ealice",
        "admin", "Admin", "adm1n", "a.d.m.i.n", "_admin_", "0fficial", "0ff1c1al", "pyst4gram", "supp0rt", "r00t",
        "5taff", "moderat0r", "secur1ty", "login", "me", "ab", "x" * 31, ".ab", "ab.", "a..b", "a b", "a-b", "",
    ],
)  # fmt: skip
def test_names_there_may_not_be(name, client_for, alice):
    with pytest.raises(ValidationError):
        checked_username(name)
    assert rename(client_for(alice), name) == 400
    assert register(name)[0] == 400


def test_the_new_name_is_everywhere_and_the_old_one_nowhere(alice, bob, client_for):
    post = factories.post(bob, "with @alice")
    client_for(bob).patch(f"/v1/posts/{post.pk}", {"caption": "with @alice again"})
    own = factories.post(alice)
    before = client_for(bob).get(f"/v1/posts/{own.pk}").json()
    assert before["author"]["username"] == "alice"
    answer = client_for(alice).put("/v1/me/username", {"username": "Alice.Of.Galata"})
    assert (answer.status_code, answer.json()["username"]) == (200, "alice.of.galata")
    assert client_for(bob).get(f"/v1/posts/{own.pk}").json()["author"]["username"] == "alice.of.galata"
    assert client_for(bob).get(f"/v1/posts/{post.pk}").json()["mentions"] == ["alice.of.galata"]
    assert client_for(bob).get("/v1/users/alice.of.galata").status_code == 200
    absent = client_for(bob).get("/v1/users/no.such.person")
    old = client_for(bob).get("/v1/users/alice")
    assert (old.status_code, old.content) == (404, absent.content)
    assert APIClient().post("/v1/auth/token", {"username": "alice", "password": PASSWORD}).status_code == 401
    assert APIClient().post("/v1/auth/token", {"username": "alice.of.galata", "password": PASSWORD}).status_code == 200


def test_a_mention_means_whom_it_meant_whoever_has_the_name_later(alice, bob, charlie, client_for):
    author = client_for(bob)
    post = factories.post(bob)
    page = f"/v1/posts/{post.pk}"
    author.patch(page, {"caption": "with @alice"})
    rename(client_for(alice), "alice.of.galata")
    HeldName.objects.all().delete()  # as after 30 days
    assert rename(client_for(charlie), "alice") == 200
    assert author.get(page).json()["mentions"] == ["alice.of.galata"]
    edited = author.patch(page, {"caption": "again with @alice"}).json()
    assert (edited["caption"], edited["mentions"]) == ("again with @alice", ["alice.of.galata"])
    both = author.patch(page, {"caption": "@alice is @alice.of.galata"}).json()
    assert both["mentions"] == ["alice.of.galata"]
    assert author.patch(page, {"caption": "alone"}).json()["mentions"] == []
    assert author.patch(page, {"caption": "with @alice"}).json()["mentions"] == ["alice"]  # who is charlie by now
    assert Mention.objects.get(post=post).user == charlie


def test_who_has_blocked_the_author_is_not_mentioned_again_under_an_old_name(alice, bob, client_for):
    author, post = client_for(bob), factories.post(bob)
    author.patch(f"/v1/posts/{post.pk}", {"caption": "with @alice"})
    rename(client_for(alice), "alice.of.galata")
    factories.block(alice, bob)
    assert author.patch(f"/v1/posts/{post.pk}", {"caption": "still with @alice"}).json()["mentions"] == []


def test_search_finds_the_new_name_only(alice, bob, client_for):
    rename(client_for(alice), "galata.lady")
    drain()

    def found(query: str) -> list[str]:
        rows = client_for(bob).get(f"/v1/search?type=users&q={query}").json()["results"]
        return [row["user"]["username"] if "user" in row else row["username"] for row in rows]

    assert "galata.lady" in found("galata")


def test_nobody_else_gets_the_old_name_for_30_days_and_taken_and_held_answer_alike(alice, bob, charlie, client_for):
    rename(client_for(alice), "alice.two")
    taken, held = register("bob"), register("alice")
    assert taken == held
    assert rename(client_for(charlie), "alice") == 400
    HeldName.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert rename(client_for(charlie), "alice") == 200


def test_whoever_gave_it_up_may_take_it_back(alice, client_for):
    assert rename(client_for(alice), "alice.two") == 200
    assert rename(client_for(alice), "alice") == 200
    assert list(HeldName.objects.values_list("name", flat=True)) == ["alice.two"]
    assert register("alice.two")[0] == 400


def test_a_third_name_within_30_days_is_too_much(alice, client_for):
    assert [rename(client_for(alice), name) for name in ("alice.a", "alice.b", "alice.c")] == [200, 200, 409]
    assert rename(client_for(alice), "alice.b") == 200  # it is that already
    HeldName.objects.filter(name="alice").update(held_until=timezone.now())
    assert rename(client_for(alice), "alice.c") == 200


def test_taken_names_stay_whose_they_are(alice, bob, client_for):
    answer = client_for(alice).put("/v1/me/username", {"username": "BOB"})
    assert answer.json()["errors"] == [{"pointer": "/username", "code": "unique", "detail": "This username is taken."}]
    assert person_or_404(alice, "bob").pk == bob.pk
    assert not HeldName.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_want_a_name_at_once_one_has_it(run_concurrently, client_for):
    people = [factories.person() for _ in range(8)]
    clients = [client_for(person) for person in people]
    statuses = run_concurrently([lambda client=client: rename(client, "wanted") for client in clients])
    assert sorted(statuses) == [200] + [400] * 7
    assert HeldName.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_name_given_up_at_this_moment_is_held(alice, run_concurrently, client_for):
    client = client_for(alice)
    calls = [lambda: rename(client, "alice.two"), *[lambda: register("alice")[0]] * 7]
    statuses = run_concurrently(calls)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {400, 429}
    assert not User.objects.named("alice").exists()


def test_held_names_are_let_go(alice, client_for):
    rename(client_for(alice), "alice.two")
    assert release_names() == 0
    HeldName.objects.update(held_until=timezone.now())
    assert release_names() == 1
    assert release_names() == 0
    assert register("alice")[0] == 201
