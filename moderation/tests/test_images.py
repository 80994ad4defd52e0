"""Refusing the images of a post or story: decided as all else, told, taken back."""

import pytest

from media import actions as media
from media.models import BlockedImage, ImageHash, kept_bands
from moderation import actions
from moderation.measures import actions_for
from moderation.previews import preview
from tests.support import factories

pytestmark = pytest.mark.django_db
DIGITS = "0123456789abcdef" * 4


def test_the_files_of_a_post_are_refused_and_taken_again(alice, mona, otto, reported):
    post = factories.post(alice, "buy!", photos=2)
    case = reported(post)
    assert preview("refuse_image", case) == {"media": 2}
    made = actions.decide(moderator=mona, case_id=case.pk, action="refuse_image", reason="spam")
    blocks = BlockedImage.objects.in_force()
    assert sorted(block.sha256 for block in blocks) == sorted(item.media.blob.sha256 for item in post.items.all())
    assert {(block.near, block.by, block.reason) for block in blocks} == {
        (False, "moderation", f"decided on post {post.pk}")
    }
    actions.reverse(moderator=otto, decision_id=made.pk, reason="mistake")
    assert not BlockedImage.objects.in_force().exists()


def test_a_picture_that_can_be_told_is_refused_by_its_look(alice, bob, mona, reported):
    story, copy = factories.story(alice), factories.media(bob)
    for blob in (story.media.blob, copy.blob):
        ImageHash.objects.create(blob=blob, digits=DIGITS, quality=99, bands=kept_bands(DIGITS, 99))
    case = reported(subject_type="story", subject_id=story.pk)
    assert preview("refuse_image", case) == {"media": 2}
    actions.decide(moderator=mona, case_id=case.pk, action="refuse_image", reason="spam")
    block = BlockedImage.objects.get()
    assert (block.near, block.digits) == (True, DIGITS)
    assert media.allow_image(blocked_id=block.pk) is True


def test_words_have_no_images(alice, charlie, mona, reported):
    comment = factories.comment(factories.post(alice), charlie)
    case = reported(reporter=alice, subject_type="comment", subject_id=comment.pk)
    assert preview("refuse_image", case) == {}
    assert "refuse_image" not in actions_for("comment")
