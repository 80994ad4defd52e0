"""What a media lacks of its original is told, wherever the media is shown."""

import pytest

from media.models import Media
from media.notices import NOTICES, joined
from media.tests.support.photographs import photo, send
from tests.support import factories

pytestmark = pytest.mark.django_db
LEFT_OUT = [{"code": "sound_left_out", "detail": NOTICES["sound_left_out"]}]


def test_one_that_lacks_nothing_says_nothing(developed):
    assert developed()["notices"] == []


def test_one_that_waits_says_nothing(client_for, alice):
    assert send(client_for(alice), photo()).json()["notices"] == []


def test_it_is_told_with_a_code_and_a_sentence(client_for, alice):
    media = factories.media(alice, notices="sound_left_out")
    assert client_for(alice).get(f"/v1/media/{media.pk}").json()["notices"] == LEFT_OUT


def test_it_is_told_to_whoever_sees_the_post(client_for, alice, bob):
    post = factories.post(alice)
    Media.objects.update(notices="sound_left_out")
    for address in (f"/v1/posts/{post.pk}", "/v1/users/alice/posts"):
        answer = client_for(bob).get(address).json()
        assert answer.get("results", [answer])[0]["media"][0]["notices"] == LEFT_OUT


def test_a_code_of_a_newer_release_is_left_out(client_for, alice):
    media = factories.media(alice, notices="of_tomorrow sound_left_out")
    assert client_for(alice).get(f"/v1/media/{media.pk}").json()["notices"] == LEFT_OUT


def test_only_known_codes_are_kept_and_once():
    assert joined(["sound_left_out", "nonsense", "sound_left_out"]) == "sound_left_out"
    assert len(joined(NOTICES)) <= Media._meta.get_field("notices").max_length
