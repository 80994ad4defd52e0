"""The demo world: whole in itself, loaded once, and only where it belongs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pillow_heif
import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from accounts.serializers import RegisterInput
from api.ids import moment_of
from devtools.demo import load as loading
from devtools.demo.pictures import box, bytes_of
from devtools.demo.story import world
from devtools.demo.world import PASSWORD, PHOTOS, SPAN, VIDEOS, Picture, World, can_see, drafts, people, photos
from media.models import Media, Rendition
from posts.captions import names_in, tags_in
from posts.limits import (
    MAX_ALT_TEXT_LENGTH,
    MAX_CAPTION_LENGTH,
    MAX_COMMENT_LENGTH,
    MAX_MEDIA,
    MAX_PLACE_LENGTH,
    MAX_TAGS,
)
from posts.models import Collection, CollectionItem, Comment, CommentLike, Post, Reaction, Save
from social.models import Block, Follow, Mute
from stories.limits import MAX_TITLE_LENGTH
from stories.models import Highlight, Seen, Story
from tests.support import factories

COUNTED = (
    User,
    Follow,
    Block,
    Mute,
    Post,
    Comment,
    CommentLike,
    Reaction,
    Save,
    Collection,
    CollectionItem,
    Media,
    Rendition,
    Story,
    Seen,
    Highlight,
)
CAST = ("alice", "bob", "dora")
BY_NAME = {person.username: person for person in people()}
Client = Callable[[User | None], APIClient]


def a_slice(count: int) -> World:
    """Three of the people, one of them private, and the newest posts of theirs with what they did to them."""
    cast = tuple(
        replace(
            person,
            follows=tuple(name for name in person.follows if name in CAST),
            asks=tuple(name for name in person.asks if name in CAST),
            blocks=(),
            mutes=tuple(name for name in person.mutes if name in CAST),
            follows_tags=(),
        )
        for person in people()
        if person.username in CAST
    )
    theirs = [post for post in world().posts if post.author in CAST]
    theirs = theirs[len(theirs) - count :]
    told = {story.author: story for story in world().stories if story.author in CAST and story.highlight}
    current = [story for story in world().stories if story.author in CAST and story.seen_by]
    shown = [replace(story, seen_by=tuple({*story.seen_by} & {*CAST})) for story in current]
    return World(
        cast,
        tuple(
            replace(
                post,
                liked_by=tuple(name for name in post.liked_by if name in CAST),
                disliked_by=(),
                saved_by=tuple(name for name in post.saved_by if name in CAST),
                remarks=tuple(
                    replace(remark, answers=None, liked_by=tuple(name for name in remark.liked_by if name in CAST))
                    for remark in post.remarks
                    if remark.author in CAST
                ),
            )
            for post in theirs
        ),
        tuple([*told.values(), *shown][:count]),
        drafts()[:count],
    )


def rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in COUNTED}


# -- The plan ----------------------------------------------------------------------------------------
def test_every_photo_exists_and_has_its_credit():
    described = {photo.file for photo in photos()}
    assert described == {path.name for path in PHOTOS.iterdir()} - {"CREDITS.md"}
    credited = {line.split("`")[1] for line in (PHOTOS / "CREDITS.md").read_text().splitlines() if "| `" in line}
    assert credited == described


def test_the_world_shows_every_photo_of_every_format():
    shown = [picture for post in world().posts for picture in post.pictures]
    photographs, films = {photo.file for photo in photos()}, {path.name for path in VIDEOS.iterdir()}
    assert {picture.file for picture in shown if picture.is_untouched} == photographs | films
    assert {path.rpartition(".")[2] for path in {picture.file for picture in shown}} == {
        "jpg", "heic", "webp", "avif", "png", "mp4"
    }  # fmt: skip


def test_the_world_is_a_world():
    assert len(people()) >= 14
    assert sum(person.private for person in people()) == 3
    assert len(world().posts) >= 160
    assert sum(len(post.remarks) for post in world().posts) >= 200
    assert any(remark.answers is not None for post in world().posts for remark in post.remarks)
    assert {post.author for post in world().posts} == set(BY_NAME)
    assert len(BY_NAME["alice"].follows) >= 9


@pytest.mark.parametrize("person", people(), ids=lambda person: person.username)
def test_everybody_could_have_registered(person):
    body = {"username": person.username, "name": person.name, "email": person.email, "password": PASSWORD}
    shape = RegisterInput(data={**body, "birth_date": person.born})
    assert shape.is_valid(), shape.errors
    assert len(person.bio) <= 150
    assert person.avatar in {photo.file for photo in photos()}
    assert {*person.follows, *person.asks, *person.blocks, *person.mutes} <= set(BY_NAME) - {person.username}


def test_requests_are_made_to_private_people_only():
    asked = [name for person in people() for name in person.asks]
    assert asked
    assert all(BY_NAME[name].private for name in asked)


def test_words_stay_within_the_limits_and_name_real_people():
    captions = [post.caption for post in world().posts]
    assert len(set(captions)) == len(captions)
    for post in world().posts:
        author = BY_NAME[post.author]
        assert len(post.caption) <= MAX_CAPTION_LENGTH
        assert len({*tags_in(post.caption), *post.tags}) <= MAX_TAGS
        assert len(post.place or "") <= MAX_PLACE_LENGTH
        for name in names_in(post.caption):
            assert can_see(author, BY_NAME[name])
        for remark in post.remarks:
            assert 0 < len(remark.text) <= MAX_COMMENT_LENGTH
            assert set(names_in(remark.text)) <= set(BY_NAME)


def test_every_picture_is_described():
    for post in world().posts:
        assert 1 <= len(post.pictures) <= MAX_MEDIA
        assert len({(one.file, one.shape, one.tone) for one in post.pictures}) == len(post.pictures)
        for picture in post.pictures:
            assert 20 <= len(picture.alt) <= MAX_ALT_TEXT_LENGTH


def test_nobody_reacts_to_what_they_cannot_see():
    for post in world().posts:
        author = BY_NAME[post.author]
        reacting = {*post.liked_by, *post.disliked_by, *post.saved_by, *(remark.author for remark in post.remarks)}
        reacting |= {name for remark in post.remarks for name in remark.liked_by}
        assert all(can_see(BY_NAME[name], author) for name in reacting)
        assert not {*post.liked_by} & {*post.disliked_by}


def test_posts_are_told_in_order_and_comments_follow_them():
    ages = [post.age for post in world().posts]
    assert ages == sorted(set(ages), reverse=True)
    assert timedelta(minutes=5) < ages[-1] < timedelta(hours=2)
    assert SPAN - timedelta(days=2) < ages[0] <= SPAN
    for post in world().posts:
        afters = [remark.after for remark in post.remarks]
        assert afters == sorted(afters)
        assert all(timedelta() < after < post.age for after in afters)


def test_stories_are_for_all_shelves():
    made = world().stories
    files = {photo.file for photo in photos()} | {path.name for path in VIDEOS.iterdir()}
    assert [story.age for story in made] == sorted({story.age for story in made}, reverse=True)
    assert {story.picture.file for story in made} <= files
    assert len({story.author for story in made if story.age < timedelta(days=1)} & {*BY_NAME["alice"].follows}) >= 5
    assert all(not story.highlight for story in made if story.age < timedelta(days=1))
    assert all(len(story.highlight) <= MAX_TITLE_LENGTH for story in made)
    for story in made:
        assert all(can_see(BY_NAME[name], BY_NAME[story.author]) for name in story.seen_by)
        assert not story.seen_by or story.age < timedelta(days=1)


def test_alice_does_not_know_everybody_yet():
    """Or else there would be nothing to explore."""
    strangers = {person.username for person in people() if not person.private} - {*BY_NAME["alice"].follows, "alice"}
    assert len(strangers & {post.author for post in world().posts}) >= 3


@pytest.mark.parametrize("shape", ["square", "portrait", "close"])
def test_crops_keep_what_the_photo_is_about(shape):
    for photo in photos():
        for size in ((1600, 900), (800, 1200), (600, 600)):
            left, top, right, bottom = box(size, Picture(photo.file, photo.alt, photo.focus, shape))
            assert 0 <= left < photo.focus[0] * size[0] < right <= size[0]
            assert 0 <= top < photo.focus[1] * size[1] < bottom <= size[1]


def test_a_treated_picture_is_the_same_every_time_and_another_than_its_source():
    treated = Picture("43-fog.jpg", "fog", shape="square", tone="grey")
    assert bytes_of(treated) == bytes_of(treated)
    assert bytes_of(treated) != bytes_of(replace(treated, tone="warm"))
    assert bytes_of(Picture("43-fog.jpg", "fog")) == (PHOTOS / "43-fog.jpg").read_bytes()


@pytest.mark.parametrize("start", ["01-", "02-"])
def test_the_photos_of_the_tour_carry_a_position(start):
    pillow_heif.register_heif_opener()
    (path,) = PHOTOS.glob(f"{start}*")
    with Image.open(path) as image:
        assert {1, 2, 3, 4} <= set(image.getexif().get_ifd(0x8825))


# -- Loading -----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_load_goes_on_where_it_was_cut_and_a_second_adds_nothing(client_for):
    part = a_slice(6)
    steps = iter(range(6))

    def cut() -> None:
        if next(steps, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loading.load(part, count=cut)
    assert 0 < Post.objects.count() < 6
    assert not Post.objects.filter(is_draft=True).exists()
    assert not loading.is_complete(part)
    loading.load(part)
    whole = rows()
    assert loading.is_complete(part)
    assert whole["User"] == 3
    assert whole["Post"] == 8
    assert whole["Comment"] == sum(len(post.remarks) for post in part.posts)
    assert whole["Reaction"] == sum(len(post.liked_by) for post in part.posts)
    assert Media.objects.exclude(state=Media.State.READY).count() == 0
    loading.load(part)
    assert rows() == whole
    posts_stand_in_the_past(part)
    the_feed_shows_them(client_for(User.objects.get(username="alice")), part)
    drafts_are_alices_alone(client_for(User.objects.get(username="alice")))
    stories_are_current_archived_and_collected(client_for, part)


def posts_stand_in_the_past(part: World) -> None:
    made = list(Post.objects.live().order_by("timeline_id"))
    assert [post.caption for post in made] == [post.caption for post in part.posts]
    for post, planned in zip(made, part.posts, strict=True):
        assert moment_of(post.timeline_id) == post.created_at == post.updated_at
        assert post.comments_count == len(planned.remarks)
        assert post.likes_count == len(planned.liked_by)
    pinned = Comment.objects.filter(pinned_at__isnull=False).count()
    assert pinned == sum(bool(planned.remarks) and planned.number % 3 == 0 for planned in part.posts)
    gaps = [later.created_at - earlier.created_at for earlier, later in pairwise(made)]
    planned_gaps = [one.age - other.age for one, other in pairwise(part.posts)]
    assert gaps == planned_gaps


def the_feed_shows_them(client: APIClient, part: World) -> None:
    shown = [post["caption"] for post in client.get("/v1/feed").json()["results"]]
    assert shown == [post.caption for post in reversed(part.posts)]


def drafts_are_alices_alone(client: APIClient) -> None:
    made = client.get("/v1/me/drafts").json()["results"]
    assert [draft["state"] for draft in made] == ["scheduled", "draft"]


def stories_are_current_archived_and_collected(client_for: Client, part: World) -> None:
    alice = client_for(User.objects.get(username="alice"))
    fresh = [story for story in part.stories if story.age < timedelta(days=1)]
    tray = {entry["user"]["username"]: entry for entry in alice.get("/v1/stories").json()["results"]}
    assert set(tray) == {story.author for story in fresh} == {"alice", "bob"}
    assert not tray["bob"]["all_seen"]
    assert len(alice.get("/v1/me/stories/archive").json()["results"]) == 1
    (highlight,) = alice.get("/v1/users/alice/highlights").json()["results"]
    assert highlight["title"] == "Lakes"
    (mine,) = tray["alice"]["stories"]
    (viewer,) = alice.get(f"/v1/stories/{mine['id']}/viewers").json()["results"]
    assert viewer["user"]["username"] == "bob"


@pytest.mark.django_db
def test_a_name_that_belongs_to_somebody_else_is_left_alone():
    stranger = factories.person("alice")
    with pytest.raises(CommandError, match="alice"):
        call_command("demo")
    assert list(User.objects.get_queryset()) == [stranger]


@pytest.mark.django_db
def test_where_others_live_nothing_is_loaded_unasked(capsys):
    factories.person("somebody")
    call_command("demo", "--if-empty")
    assert User.objects.get_queryset().count() == 1
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_who_registers_while_it_loads_does_not_end_it(monkeypatch):
    monkeypatch.setattr("devtools.management.commands.demo.world", lambda: a_slice(0))
    monkeypatch.setattr("devtools.demo.load._give_avatar", lambda person, user, receive: None)
    monkeypatch.setattr("devtools.management.commands.demo.stories_are_loaded", lambda world: False)
    call_command("demo", "--if-empty")
    User.objects.get(username="bob").delete()
    factories.person("somebody")
    call_command("demo", "--if-empty")
    assert User.objects.filter(username="bob").exists(), "what was left out is loaded"


@pytest.mark.django_db
def test_the_front_page_says_how_far_it_is(client, monkeypatch):
    said: list[str] = []

    def load_two(world: World, *, count: Callable[[], object], **options: object) -> None:
        count()
        count()
        said.append(client.get("/").content.decode())

    monkeypatch.setattr("devtools.management.commands.demo.load", load_two)
    call_command("demo")
    total = len(world().people) + len(world().posts) + len(world().stories)
    assert f"2 of {total}" in said[0]
    assert "being loaded" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_it_can_be_turned_off(monkeypatch):
    monkeypatch.setenv("PYSTAGRAM_DEMO", "false")
    call_command("demo", "--if-empty")
    assert not User.objects.get_queryset().exists()


@pytest.mark.django_db
def test_production_refuses_it():
    with override_settings(PYSTAGRAM_ENV="production"), pytest.raises(CommandError, match="production"):
        call_command("demo")
    assert not User.objects.get_queryset().exists()


@pytest.mark.django_db
def test_it_says_how_to_log_in(monkeypatch, capsys):
    monkeypatch.setattr("devtools.management.commands.demo.world", lambda: a_slice(0))
    monkeypatch.setattr(loading, "_give_avatar", lambda person, user, receive: None)
    for _ in range(2):
        call_command("demo", "--if-empty")
        assert capsys.readouterr().out.splitlines()[-1] == "Log in as alice with the password pystagram-demo"
    assert User.objects.get(username="alice").check_password(PASSWORD)
