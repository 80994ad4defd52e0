"""An avatar is a photo that is ready; anything else is refused in words."""

import pytest

from accounts.models import User
from media.models import Media
from tests.support import factories

pytestmark = pytest.mark.django_db


def avatar_of(alice):
    return User.objects.named("alice").get().avatar_id


def test_one_that_is_still_processing_is_a_409_until_it_is_ready(client_for, alice):
    photo = factories.media(alice, state=Media.State.PROCESSING)
    answer = client_for(alice).put("/v1/me/avatar", {"media": str(photo.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "media_processing")
    photo.refresh_from_db()
    assert (avatar_of(alice), photo.references) == (None, 0)
    Media.objects.filter(pk=photo.pk).update(state=Media.State.READY)
    assert client_for(alice).put("/v1/me/avatar", {"media": str(photo.pk)}).status_code == 200
    assert avatar_of(alice) == photo.pk


@pytest.mark.parametrize("state", [Media.State.READY, Media.State.PROCESSING])
def test_a_video_is_none(client_for, alice, state):
    video = factories.media(alice, kind=Media.Kind.VIDEO, state=state)
    answer = client_for(alice).put("/v1/me/avatar", {"media": str(video.pk)})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/media", "not_a_photo")]
    video.refresh_from_db()
    assert (avatar_of(alice), video.references) == (None, 0)
