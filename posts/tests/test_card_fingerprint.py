"""Cards in Redis belong to the code and the settings that made them."""

import pytest

from accounts.cards import cards as person_cards
from posts.cards import cards as post_cards
from tests.support import factories

pytestmark = pytest.mark.django_db


def first_url(client):
    for cards in (post_cards, person_cards):
        cards.kept.clear()
    return client.get("/v1/users/alice/posts").json()["results"][0]["media"][0]["url"]


def test_another_address_of_the_service_makes_other_cards(alice, bob, client_for, settings):
    factories.post(alice)
    client = client_for(bob)
    assert first_url(client).startswith(settings.PYSTAGRAM_URL)
    settings.PYSTAGRAM_URL = "https://elsewhere.example"
    assert first_url(client).startswith("https://elsewhere.example/")


def test_other_code_finds_no_cards(monkeypatch):
    before = post_cards._name_in_redis((1, "v", False))
    monkeypatch.setattr(post_cards, "_sources", "another release")
    assert post_cards._name_in_redis((1, "v", False)) != before
