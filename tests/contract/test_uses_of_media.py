"""What shows a media is named when it cannot be deleted, by every app that can show one."""

import pytest

from accounts.models import User
from media import uses
from media.models import Media
from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_all_that_shows_it_is_named(client_for, alice):
    client = client_for(alice)
    post, story = factories.post(alice), factories.story(alice)
    photo = post.items.get().media
    Post.objects.filter(pk=post.pk).update(deleted_at="2026-11-01T00:00:00Z")
    User.objects.filter(pk=alice.pk).update(avatar=photo)
    highlight = factories.highlight(alice, [story], cover_media=photo)
    client.delete(f"/v1/stories/{factories.story(alice, media=photo).pk}")
    shown = factories.story(alice, media=photo)
    photo.references = 4
    photo.save()
    problem = client.delete(f"/v1/media/{photo.pk}").json()
    told = {(use["type"], use["id"]) for use in problem["used_by"]}
    shows = {"post": post, "story": shown, "highlight": highlight, "avatar": alice}
    assert (problem["code"], told) == ("media_in_use", {(name, str(row.pk)) for name, row in shows.items()})
    assert str(post.pk) in problem["detail"]


def test_at_most_twenty_are_named(client_for, alice):
    photo = factories.media(alice, references=25)
    for _ in range(25):
        factories.story(alice, media=photo)
    assert len(client_for(alice).delete(f"/v1/media/{photo.pk}").json()["used_by"]) == 20


def test_whatever_refers_to_media_is_a_use_or_shows_none_of_it():
    """A new reference is `register`ed by its app's configuration (media/uses.py), or has its reason here."""
    show_nothing = {
        ("media.Rendition", "media"),  # goes with it
        ("media.DirectUpload", "media"),  # how it came
        ("media.ImageRefusal", "media"),  # why it is not shown
        ("notifications.Notification", "media"),  # that it failed
    }
    relations = [one for one in Media._meta.get_fields(include_hidden=True) if one.auto_created and not one.concrete]
    found = {(one.related_model._meta.label, one.field.name) for one in relations}
    told = {(use.model, use.media) for use in uses.USES}
    assert found - told - show_nothing == set()
    assert show_nothing | told <= found
