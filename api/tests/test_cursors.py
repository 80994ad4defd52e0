"""Cursors say nothing to whoever has them, and nobody else makes them."""

import base64

import pytest

from api.cursors import seal, unseal
from api.problems import Problem
from tests.support import factories

POSITIONS = [7, 0, -1, 2**63 - 1, [0.5, 7], ["a", 1.25, 2**63 - 1], [3], list(range(2**62, 2**62 + 100))]


@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.parametrize("position", [*POSITIONS[:4], [9, 7]])
def test_numbers_come_back_with_their_direction(position, newer):
    assert unseal("a", seal("a", position, newer=newer)) == (position, newer)


@pytest.mark.parametrize("position", POSITIONS[4:])
def test_several_values_come_back(position):
    assert unseal("a", seal("a", position)) == (position, False)


def test_one_position_has_one_cursor_in_each_list():
    assert seal("a", 7) == seal("a", 7)
    assert len({seal("a", 7), seal("b", 7), seal("a", 8), seal("a", 7, newer=True)}) == 4


def test_nothing_is_read_in_it():
    near = (
        base64.urlsafe_b64decode(seal("/v1/feed", 2**60) + "=="),
        base64.urlsafe_b64decode(seal("/v1/feed", 1) + "=="),
    )
    assert all(b"feed" not in one for one in near)
    alike = sum(a == b for a, b in zip(*near, strict=True))
    assert alike <= 6  # of 25 bytes, of which only the last would differ
    assert len(seal("/v1/users/somebody/followers", 2**62)) == 34


@pytest.mark.parametrize("position", POSITIONS)
def test_a_changed_character_or_length_is_noticed(position):
    cursor = seal("a", position)
    spoilt = [cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :] for at in range(len(cursor))]
    for text in [
        *spoilt,
        cursor[:-1],
        cursor + "A",
        cursor + "=",
        cursor + "!",
        "",
        "A",
        "A" * 22,
        "A" * 23,
        "é",
        "\0",
    ]:
        with pytest.raises(Problem) as refused:
            unseal("a", text)
        assert refused.value.get_codes() == "invalid_cursor"


def test_a_former_secret_key_still_opens_them(settings):
    cursor, former = seal("a", 7), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [former]
    assert seal("a", 7) != cursor
    assert unseal("a", cursor) == (7, False)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Problem):
        unseal("a", cursor)


@pytest.mark.django_db
def test_a_page_of_followers_does_not_tell_how_many_rows_there_are(alice, client_for):
    """The row of a follow has a serial number, which counts those of everybody."""
    rows = [factories.follow(factories.person(), alice) for _ in range(3)]
    page = client_for(alice).get("/v1/users/alice/followers?limit=1")
    cursor = page.json()["next"]
    inside = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert str(rows[-1].pk).encode() not in inside
    assert rows[-1].pk.to_bytes(8, "big") not in inside
    assert f"cursor={cursor}&" in page["Link"]
