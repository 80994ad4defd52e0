"""Parameters that are one of a few words."""

import pytest

from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "name", "words"),
    [
        ("/v1/search?q=x&type={}", "type", "users, tags, places, posts"),
        ("/v1/search?q=x&sort={}", "sort", "best, newest"),
        ("/v1/search?q=x&type=users&sort={}", "sort", "best"),
        ("/v1/tags/sea/posts?sort={}", "sort", "recent, top"),
        ("/v1/posts/{post}/comments?order={}", "order", "newest, oldest, top"),
    ],
)
def test_another_word_is_refused_with_the_words_that_there_are(client_for, alice, address, name, words):
    post, client = factories.post(alice), client_for(alice)
    factories.tagged(post, "sea")
    address = address.replace("{post}", str(post.pk))
    answer = client.get(address.format("wrong"))
    assert answer.json()["errors"] == [
        {"pointer": f"/{name}", "code": "invalid_choice", "detail": f"{name} is one of {words}"}
    ]
    assert [client.get(address.format(word)).status_code for word in words.split(", ")] == [200] * len(
        words.split(", ")
    )
