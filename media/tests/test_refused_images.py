"""Images that are not taken: the file itself at once, near copies by a worker; listed before, taken back after."""

import hashlib
import io
import random
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from api.problems import Invalid
from media import actions
from media.hits import hits
from media.models import MAX_DISTANCE, Blob, BlockedImage, ImageHash, ImageRefusal, Media, kept_bands
from media.models.image_hashes import bands_near, bands_of
from media.processing import perceptual_hash
from media.tests.support.photographs import encoded, send
from media.tests.test_direct_uploads import announce, complete, put
from notifications.models import Notification
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
REFERENCE = "313094b9cfcfef0a7da52970807bc00e6885b5029fa1d2f52c7a95bfbd074a95"
WHY = {"reason": "spam", "by": "moderator"}


def picture(seed: int, size: tuple[int, int] = (240, 180)) -> Image.Image:
    """Rectangles of many colours: something to be known by."""
    dice = random.Random(seed)
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        left, top = dice.randrange(size[0]), dice.randrange(size[1])
        box = (left, top, left + dice.randrange(20, 120), top + dice.randrange(20, 120))
        draw.rectangle(box, fill=(dice.randrange(256), dice.randrange(256), dice.randrange(256)))
    return image


ORIGINAL = encoded(picture(1), quality=95)
COPY = encoded(picture(1).resize((150, 112)), quality=60)
MIRRORED = encoded(picture(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT), quality=80)
OTHER = encoded(picture(2), quality=95)


@pytest.fixture
def sent(alice: User, client_for: Any) -> Media:
    """A picture of alice's that is there already."""
    answer = send(client_for(alice), ORIGINAL)
    drain()
    return Media.objects.get(pk=answer.json()["id"])


def state_of(client: Any, answer: Any) -> tuple[str, str]:
    """State and error code of a media that was sent, once a worker is done with it."""
    assert answer.status_code == 202, answer.content
    drain()
    seen = client.get(f"/v1/media/{answer.json()['id']}").json()
    return seen["state"], seen.get("error", {}).get("code", "")


def test_a_blocked_file_is_refused_and_nothing_is_stored(sent, bob, client_for, objects):
    actions.refuse_image(media_id=sent.pk, near=False, **WHY)
    before = sorted(objects)
    answer = send(client_for(bob), ORIGINAL)
    assert (answer.status_code, answer.json()["code"]) == (422, "image_refused")
    assert sorted(objects) == before
    assert not Media.objects.filter(owner=bob).exists()
    block, refusal = BlockedImage.objects.get(), ImageRefusal.objects.get()
    assert (block.hits_count, refusal.owner, refusal.media, refusal.distance) == (1, bob, None, 0)


def test_what_is_there_already_is_listed_and_left_alone(sent, bob, client_for):
    copy = Media.objects.get(pk=send(client_for(bob), COPY).json()["id"])
    drain()
    assert [hit.media for hit in hits(media_id=sent.pk, near=False)] == [sent]
    found = hits(media_id=sent.pk, near=True)
    assert [hit.media for hit in found] == [sent, copy]
    assert 0 == found[0].distance < found[1].distance <= MAX_DISTANCE
    actions.refuse_image(media_id=sent.pk, near=True, **WHY)
    assert set(Media.objects.values_list("state", flat=True)) == {"ready"}


def test_near_copies_fail_and_others_do_not(sent, bob, client_for):
    actions.refuse_image(media_id=sent.pk, near=True, **WHY)
    client = client_for(bob)
    assert state_of(client, send(client, COPY)) == ("failed", "image_refused")
    assert state_of(client, send(client, MIRRORED)) == ("failed", "image_refused")
    assert state_of(client, send(client, OTHER)) == ("ready", "")
    assert Notification.objects.filter(recipient=bob, kind="media_failed").exists()
    assert BlockedImage.objects.get().hits_count == 2


def test_a_block_of_the_file_lets_near_copies_through(sent, bob, client_for):
    actions.refuse_image(media_id=sent.pk, near=False, **WHY)
    assert state_of(client_for(bob), send(client_for(bob), COPY)) == ("ready", "")


def test_a_file_blocked_while_it_waited_fails(sent, bob, client_for):
    answer = send(client_for(bob), ORIGINAL)
    actions.refuse_image(media_id=sent.pk, near=False, **WHY)
    assert state_of(client_for(bob), answer) == ("failed", "image_refused")


def test_what_was_answered_before_the_block_is_answered_again(alice, client_for):
    first = send(client_for(alice), ORIGINAL, key="k1")
    actions.refuse_image(media_id=int(first.json()["id"]), near=False, **WHY)
    assert send(client_for(alice), ORIGINAL, key="k1").json()["id"] == first.json()["id"]


def test_a_presigned_upload_is_refused_when_it_is_completed(sent, bob, client_for):
    actions.refuse_image(media_id=sent.pk, near=False, **WHY)
    presigned = announce(client_for(bob), ORIGINAL, sha256=hashlib.sha256(ORIGINAL).hexdigest())
    assert put(presigned, ORIGINAL) == 200
    answer = complete(client_for(bob), presigned)
    assert (answer.status_code, answer.json()["code"]) == (422, "image_refused")


def test_lifted_the_post_that_waited_appears(sent, bob, client_for):
    block = actions.refuse_image(media_id=sent.pk, near=True, **WHY)
    client = client_for(bob)
    answer = send(client, COPY)
    made = client.post("/v1/posts", {"media": [answer.json()["id"]]}).json()
    assert state_of(client, answer)[0] == "failed"
    assert client_for(sent.owner).get(f"/v1/posts/{made['id']}").status_code == 404
    assert actions.allow_image(blocked_id=block.pk) is True
    assert actions.allow_image(blocked_id=block.pk) is False
    assert state_of(client, answer) == ("ready", "")
    assert client_for(sent.owner).get(f"/v1/posts/{made['id']}").status_code == 200
    assert send(client_for(bob), ORIGINAL).status_code == 202


def test_one_refusal_is_taken_back_and_the_block_stays(sent, bob, charlie, client_for):
    actions.refuse_image(media_id=sent.pk, near=True, **WHY)
    answer = send(client_for(bob), COPY)
    assert state_of(client_for(bob), answer)[0] == "failed"
    Media.objects.filter(owner=bob).update(created_at=timezone.now() - timedelta(days=9))  # it may be long ago
    assert actions.take_back_refusal(refusal_id=ImageRefusal.objects.get().pk) is True
    actions.resume_stuck(older_than=timedelta(minutes=5), give_up_after=timedelta(days=1))
    assert state_of(client_for(bob), answer) == ("ready", "")
    assert state_of(client_for(charlie), send(client_for(charlie), MIRRORED))[0] == "failed"


def test_whose_file_was_refused_wrongly_may_send_it_again(sent, bob, charlie, client_for):
    actions.refuse_image(media_id=sent.pk, near=False, **WHY)
    send(client_for(bob), ORIGINAL)
    assert actions.take_back_refusal(refusal_id=ImageRefusal.objects.get().pk) is True
    assert state_of(client_for(bob), send(client_for(bob), ORIGINAL)) == ("ready", "")
    assert send(client_for(charlie), ORIGINAL).status_code == 422


def test_blocked_twice_is_one_block_and_may_be_widened(sent):
    first = actions.refuse_image(media_id=sent.pk, near=False, **WHY)
    second = actions.refuse_image(media_id=sent.pk, near=True, **WHY)
    assert (first.pk, second.near) == (second.pk, True)
    assert actions.refuse_image(media_id=sent.pk, near=False, **WHY).near is True


def test_a_plain_picture_cannot_be_refused_by_its_look(alice, client_for):
    answer = send(client_for(alice), encoded(Image.new("RGB", (200, 200), "navy")))
    drain()
    with pytest.raises(Invalid, match="too plain"):
        actions.refuse_image(media_id=int(answer.json()["id"]), near=True, **WHY)
    assert not BlockedImage.objects.exists()


def test_hashes_of_shared_lists_are_taken_and_others_are_not(sent, bob, client_for):
    digits = ImageHash.objects.get(blob=sent.blob_id).digits
    actions.refuse_hash(digits=digits.upper(), **WHY)
    assert state_of(client_for(bob), send(client_for(bob), COPY))[0] == "failed"
    for wrong in ({"digits": "xyz"}, {"sha256": digits[1:]}, {}):
        with pytest.raises(Invalid):
            actions.refuse_hash(**wrong, **WHY)


def test_with_the_store_away_a_refusal_is_no_outage_and_an_outage_no_refusal(sent, bob, client_for, outage):
    actions.refuse_image(media_id=sent.pk, near=True, **WHY)
    with outage():
        assert send(client_for(bob), ORIGINAL).json()["code"] == "image_refused"
        assert send(client_for(bob), OTHER).json()["code"] == "storage_unavailable"


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_refused_and_counted(alice, bob, client_for, run_concurrently):
    media_id = int(send(client_for(alice), ORIGINAL).json()["id"])
    actions.refuse_image(media_id=media_id, near=False, **WHY)
    answers = run_concurrently([lambda: send(client_for(bob), ORIGINAL).status_code] * 8)
    assert answers == [422] * 8
    assert (BlockedImage.objects.get().hits_count, ImageRefusal.objects.count()) == (8, 1)


@pytest.mark.django_db(transaction=True)
def test_blocked_eight_times_at_once_is_one_block(alice, client_for, run_concurrently):
    media_id = int(send(client_for(alice), ORIGINAL).json()["id"])
    block = [lambda: actions.refuse_image(media_id=media_id, near=False, **WHY).pk] * 8
    assert len(set(run_concurrently(block))) == 1


def test_old_pictures_get_their_hashes_and_a_second_run_finds_none(sent, alice, client_for, objects):
    before = ImageHash.objects.get()
    ImageHash.objects.all().delete()
    lost = factories.media(alice)  # without files
    out = io.StringIO()
    call_command("hash_images", "--limit", "1", stdout=out)
    call_command("hash_images", stdout=out)
    made = ImageHash.objects.get()
    assert (made.blob_id, lost.blob_id in set(Blob.objects.values_list("pk", flat=True))) == (before.blob_id, True)
    assert perceptual_hash.distance(made.digits, before.digits) <= 6
    assert "0 made; 1 without a hash are left" in out.getvalue()


def test_refusals_go_after_90_days(sent, bob, client_for):
    actions.refuse_image(media_id=sent.pk, near=False, **WHY)
    send(client_for(bob), ORIGINAL)
    assert actions.forget_refusals() == 0
    ImageRefusal.objects.update(created_at=timezone.now() - timedelta(days=91))
    assert actions.forget_refusals() == 1


def test_every_hash_within_the_distance_shares_a_band():
    dice = random.Random(16)
    for _ in range(300):
        value = dice.getrandbits(256)
        other = value
        for bit in dice.sample(range(256), MAX_DISTANCE):
            other ^= 1 << bit
        assert set(bands_of(f"{value:064x}")) & set(bands_near(f"{other:064x}"))


@pytest.mark.parametrize(("flips", "is_found"), [(0, True), (20, True), (31, True), (32, False), (200, False)])
def test_the_distance_decides(alice, flips, is_found):
    value = random.Random(flips).getrandbits(256)
    other = value ^ sum(1 << bit for bit in range(0, flips))
    blob = factories.media(alice).blob
    digits = f"{other:064x}"
    ImageHash.objects.create(blob=blob, digits=digits, quality=100, bands=kept_bands(digits, 100))
    found = [(row.pk, row.distance) for row in ImageHash.objects.near(f"{value:064x}", 31)]
    assert found == ([(blob.pk, flips)] if is_found else [])


def test_the_hash_is_that_of_the_published_algorithm():
    """Of a picture of the demo world, made once with pdqhash 0.2.8."""
    with Image.open("devtools/demo/photos/01-lake-sherburne.jpg") as image:
        found = perceptual_hash.hash_of(image.convert("RGB"))
    assert perceptual_hash.distance(found.digits, REFERENCE) <= 10
    assert found.quality == 100


def test_a_block_within_a_transaction_that_fails_is_none(sent):
    with transaction.atomic():
        actions.refuse_image(media_id=sent.pk, near=True, **WHY)
        transaction.set_rollback(True)
    assert not BlockedImage.objects.exists()
