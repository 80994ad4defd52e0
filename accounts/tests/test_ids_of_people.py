"""Ids of people (and passkeys) tell neither how many there are nor when they came."""

import pytest
from django.db import connection

from accounts.models import Passkey, User
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_ids_are_spread_over_63_bits():
    numbers = [factories.person().pk for _ in range(40)]
    assert len(set(numbers)) == 40
    assert all(0 < number < 2**63 for number in numbers)
    assert numbers != sorted(numbers)
    assert sum(number >= 2**62 for number in numbers) in range(4, 37)  # fair coins miss it once in ten million runs
    assert sum(number % 2 for number in numbers) in range(4, 37)


def test_a_made_up_number_never_reaches_the_sign():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM generate_series(1, 1000) WHERE pystagram_random_id() < 0")
        assert cursor.fetchone() == (0,)


def test_people_with_old_ids_stay_who_they_are(client_for, alice):
    old = User.objects.create(pk=7, username="old.hand", email="old@example.com")
    factories.post(old)
    assert client_for(alice).put("/v1/users/old.hand/follow").status_code == 200
    assert client_for(alice).get("/v1/users/old.hand").json()["id"] == "7"
    assert [post["author"]["id"] for post in client_for(alice).get("/v1/users/old.hand/posts").json()["results"]] == [
        "7"
    ]


def test_an_id_beyond_the_doubles_of_javascript_comes_back_whole(client_for, alice):
    far = User.objects.create(pk=2**63 - 1, username="far.away", email="far@example.com")
    answer = client_for(alice).get("/v1/users/far.away").json()
    assert answer["id"] == str(far.pk)
    assert client_for(far).get("/v1/me").json()["id"] == str(far.pk)
    assert client_for(far).get("/v1/feed").status_code == 200


def test_passkeys_whose_ids_stand_in_an_address_are_not_counted_either(alice):
    first, second = (Passkey.objects.create(user=alice, credential_id=name) for name in "ab")
    assert min(first.pk, second.pk) > 2**32  # missed once in a billion runs
