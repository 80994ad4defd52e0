"""What administrators block: mail addresses, networks and words in names, wherever they are given."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import folding
from accounts.models import BlockedEmail, BlockedNetwork, BlockedWord, RuleHit, User
from accounts.models.rules import Rule
from accounts.tasks import prune_rule_hits
from accounts.tests.mailbox import letters_to
from tests.support import factories
from tests.support.factories import PASSWORD

pytestmark = pytest.mark.django_db
DORA = {
    "username": "dora", "name": "Dora", "email": "dora@example.com", "password": PASSWORD, "birth_date": "1990-05-17",
}  # fmt: skip
HERE, ELSEWHERE = "203.0.113.9", "198.51.100.7"


def register(address: str = HERE, **fields: Any) -> Any:
    return APIClient(REMOTE_ADDR=address).post("/v1/auth/register", {**DORA, **fields})


def log_in(address: str = HERE, name: str = "alice", password: str = PASSWORD) -> Any:
    return APIClient(REMOTE_ADDR=address).post("/v1/auth/token", {"username": name, "password": password})


def made(rule: Rule) -> Rule:
    """The rule as the admin makes it."""
    rule.full_clean()
    rule.save()
    return rule


def refused_at(answer: Any) -> str:
    """The pointer of a name or address that is not accepted."""
    assert answer.status_code == 400, answer.content
    (error,) = answer.json()["errors"]
    assert error["code"] == "not_accepted"
    return str(error["pointer"])


@pytest.mark.parametrize(
    ("pattern", "email"),
    [
        ("example.com", "dora@example.com"),
        ("@Example.COM.", "dora@EXAMPLE.com"),
        ("example.com", "dora@mail.of.example.com"),
        ("bücher.example", "dora@xn--bcher-kva.example"),
        ("BÜCHER。example", "dora@mail.xn--bcher-kva.example"),
        ("dora@example.com", "dora@example.com"),
        ("dora+any@example.com", "Dora+2@example.com"),
    ],
)
def test_addresses_of_a_blocked_domain_are_refused(pattern, email):
    rule = made(BlockedEmail(pattern=pattern))
    assert refused_at(register(email=email)) == "/email"
    rule.refresh_from_db()
    hit = RuleHit.objects.get()
    assert (rule.hits_count, hit.kind, hit.attempt, hit.tried, hit.address) == (
        1, "email", "registration", email.lower(), HERE,
    )  # fmt: skip
    assert not User.objects.get_queryset().exists()


@pytest.mark.parametrize(
    ("pattern", "email"),
    [
        ("example.com", "dora@notexample.com"),
        ("example.com", "example.com@example.org"),
        ("mail.example.com", "dora@example.com"),
        ("dora@example.com", "dorothea@example.com"),
        ("dora@example.com", "dora@mail.example.com"),
    ],
)
def test_other_addresses_are_not(pattern, email):
    made(BlockedEmail(pattern=pattern))
    assert register(email=email).status_code == 201


def test_an_address_cannot_be_changed_to_a_blocked_one(alice, client_for):
    made(BlockedEmail(pattern="example.org"))
    body = {"email": "alice@example.org", "password": PASSWORD}
    assert refused_at(client_for(alice).post("/v1/auth/email/change", body)) == "/email"
    assert letters_to("alice@example.org") == []
    wrong = client_for(alice).post("/v1/auth/email/change", {**body, "password": "wrong"})
    assert wrong.json()["errors"][0]["pointer"] == "/password"  # who does not know it learns of no rule
    assert RuleHit.objects.get().user == alice


def test_it_says_the_same_for_an_address_that_is_in_use(alice):
    made(BlockedEmail(pattern="example.com"))
    answers = [register(email=email).json() for email in ("alice@example.com", "nobody@example.com")]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("203.0.113.0/24", HERE),
        ("203.0.113.9", HERE),
        ("203.0.113.9", "::ffff:203.0.113.9"),
        ("::ffff:203.0.113.0/120", HERE),
        ("2001:db8::/48", "2001:db8:0:7::1"),
        ("2001:db8::5", "2001:db8::9"),  # a household
    ],
)
def test_nobody_registers_from_a_blocked_network(network, address):
    made(BlockedNetwork(network=network))
    answer = register(address)
    assert (answer.status_code, answer.json()["code"]) == (403, "address_refused")
    assert register(ELSEWHERE).status_code == 201


def test_the_nearest_proxy_counts_and_not_what_a_client_writes(settings):
    made(BlockedNetwork(network=HERE))
    forged = APIClient(REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=ELSEWHERE)
    assert forged.post("/v1/auth/register", DORA).status_code == 403
    settings.TRUSTED_PROXIES = 1
    through = APIClient(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"{ELSEWHERE}, {HERE}")
    assert through.post("/v1/auth/register", DORA).status_code == 403


def test_log_ins_are_refused_only_if_the_rule_says_so(alice):
    rule = made(BlockedNetwork(network=HERE))
    assert log_in().status_code == 200
    BlockedNetwork.objects.update(log_ins=True)
    answers = [log_in(), log_in(password="wrong"), log_in(name="nobody")]
    assert {answer.status_code for answer in answers} == {403}
    assert {answer.json()["code"] for answer in answers} == {"address_refused"}
    browser = Client(REMOTE_ADDR=HERE).post("/login", {"username": "alice", "password": PASSWORD})
    assert browser.status_code == 403
    assert log_in(ELSEWHERE).status_code == 200
    rule.refresh_from_db()
    assert rule.hits_count == 4


@pytest.mark.parametrize(
    "name",
    ["spam", "Spam", "s.p.a.m", "sp4m", "5p4m", "spam99", "best.spam", "the_spam_1"],
)
def test_words_are_refused_in_user_names(name, alice, client_for):
    made(BlockedWord(word="spam"))
    assert refused_at(register(username=name)) == "/username"
    assert refused_at(client_for(alice).put("/v1/me/username", {"username": name})) == "/username"


ODDLY_SPELLED = [
    "Spam", "SPÁM", "Best Spam", "ѕраm", "ｓｐａｍ", "sp\u00adam", "sp\u200bam", "S P A M", "s-p-a-m", "Spam 😀",
    "𝓼𝓹𝓪𝓶",
]  # fmt: skip


@pytest.mark.parametrize("name", ODDLY_SPELLED)
def test_words_are_refused_in_names_however_they_are_spelled(name, alice, client_for):
    made(BlockedWord(word="Späm"))
    assert refused_at(register(name=name)) == "/name"
    assert refused_at(client_for(alice).patch("/v1/me", {"name": name})) == "/name"


def test_within_other_words_only_if_the_rule_says_so():
    rule = made(BlockedWord(word="spam"))
    assert register(username="spammer", name="Spamalot").status_code == 201
    BlockedWord.objects.filter(pk=rule.pk).update(anywhere=True)
    assert refused_at(register(username="dora.2", name="No Spam-alot")) == "/name"


def test_who_has_such_a_name_already_keeps_it_and_may_change_the_rest(client_for):
    spam = factories.person("spam")
    made(BlockedWord(word="spam"))
    answer = client_for(spam).patch("/v1/me", {"name": spam.name, "bio": "still here"})
    assert (answer.status_code, answer.json()["bio"]) == (200, "still here")


@pytest.mark.parametrize(
    "rule",
    [BlockedEmail(pattern="example.com"), BlockedNetwork(network=HERE), BlockedWord(word="dora")],
    ids=lambda rule: type(rule).__name__,
)
def test_a_rule_ends_when_it_expires_and_when_it_is_removed(rule):
    made(rule)
    assert register().status_code in {400, 403}
    type(rule).objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert register().status_code == 201
    type(rule).objects.update(expires_at=timezone.now() + timedelta(hours=1))
    assert register(username="dora.2", name="Dora 2").status_code in {400, 403}
    type(rule).objects.all().delete()
    assert register(username="dora.2", name="Dora 2").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_refused_and_counted(run_concurrently):
    made(BlockedEmail(pattern="example.com"))
    answers = run_concurrently([lambda: register().status_code] * 8)
    assert answers == [400] * 8
    assert (BlockedEmail.objects.get().hits_count, RuleHit.objects.count()) == (8, 8)


def test_two_rules_for_one_thing_are_refused():
    made(BlockedNetwork(network="203.0.113.0/24"))
    with pytest.raises(IntegrityError):
        BlockedNetwork.objects.create(network="203.0.113.7/24")


def test_what_was_refused_is_forgotten_after_a_month():
    RuleHit.objects.create(kind="word", rule="x", attempt="registration", tried="x")
    assert prune_rule_hits() == 0
    RuleHit.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert prune_rule_hits() == 1


@pytest.mark.parametrize("text", ["a" + "\u0301" * 300, "", "...", "\u200b"])
def test_texts_that_are_costly_or_hold_no_letters_fold_to_nothing(text):
    assert folding.folded(text) == ""


class TestAdmin:
    """The tables in the admin."""

    @pytest.fixture
    def client(self) -> Client:
        browser = Client(REMOTE_ADDR=HERE)
        browser.force_login(factories.person("root", is_staff=True, is_superuser=True))
        return browser

    def test_rules_are_made_there_and_say_by_whom(self, client):
        for kind, given in {
            "blockedemail": {"pattern": "Example.COM"},
            "blockednetwork": {"network": "198.51.100.7/24"},
            "blockedword": {"word": "Spám", "anywhere": "on"},
        }.items():
            assert client.post(f"/admin/accounts/{kind}/add/", {**given, "comment": "x"}).status_code == 302
            assert client.get(f"/admin/accounts/{kind}/?q=spam").status_code == 200
        assert BlockedEmail.objects.get().pattern == "example.com"
        assert str(BlockedNetwork.objects.get().network) == "198.51.100.0/24"
        assert (BlockedWord.objects.get().key, BlockedWord.objects.get().by) == ("spam", "root")

    @pytest.mark.parametrize(
        ("kind", "given"),
        [
            ("blockedemail", {"pattern": "no domain"}),
            ("blockednetwork", {"network": "0.0.0.0/0"}),
            ("blockednetwork", {"network": "nonsense"}),
            ("blockednetwork", {"network": "203.0.113.0/24", "log_ins": "on"}),  # where the administrator is
            ("blockednetwork", {"network": "nowhere", "log_ins": "on"}),
            ("blockedword", {"word": "!"}),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, client, kind, given):
        assert client.post(f"/admin/accounts/{kind}/add/", given).status_code == 200
        assert [model.objects.count() for model in (BlockedEmail, BlockedNetwork, BlockedWord)] == [0, 0, 0]

    def test_a_word_that_is_there_in_another_spelling_is_refused(self, client):
        made(BlockedWord(word="spam"))
        assert client.post("/admin/accounts/blockedword/add/", {"word": "5pám"}).status_code == 200
        assert BlockedWord.objects.count() == 1

    def test_a_change_leaves_the_count_alone(self, client):
        rule = made(BlockedEmail(pattern="example.com"))
        register()
        answer = client.post(f"/admin/accounts/blockedemail/{rule.pk}/change/", {"pattern": "example.com"})
        assert (answer.status_code, BlockedEmail.objects.get().hits_count) == (302, 1)

    def test_what_was_refused_is_listed_and_cannot_be_edited(self, client):
        made(BlockedEmail(pattern="example.com"))
        register()
        page = client.get("/admin/accounts/rulehit/?q=dora@example.com").content.decode()
        assert "dora@example.com" in page
        assert client.get("/admin/accounts/rulehit/add/").status_code == 403

    def test_moderators_without_the_right_make_no_rules(self):
        moderator = factories.person("moderator", is_staff=True)
        moderator.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        browser = Client()
        browser.force_login(moderator)
        assert browser.get("/admin/accounts/blockedemail/").status_code == 200
        assert browser.post("/admin/accounts/blockedemail/add/", {"pattern": "example.com"}).status_code == 403
