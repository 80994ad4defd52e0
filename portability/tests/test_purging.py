"""Nothing of somebody who is purged is left, in any table, and everybody else has what they had, counted right."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.db.models import Field
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions as accounts
from accounts.models import FailedLogIn, Mail, Passkey, RuleHit, User
from accounts.tests.authenticators import set_up
from feed import timelines
from feed.models import PulledAuthor
from media.actions import owner_purging
from media.models import BlockedImage, DirectUpload, ImageRefusal, Media
from media.tests.support.photographs import photo, send
from moderation import actions as moderation
from moderation.models import Appeal, DecisionMail, Note
from notifications import actions as notifications
from notifications.models import Digest
from operations.counters import all_counters, differences
from portability import actions as portability
from portability.models import Export, Import, ImportItem
from posts import actions as posts
from posts.actions import take_down_comment
from posts.models import Comment, CommentLike, CommentMention, Mention, Post, Reaction, Save
from search.suggestions.actions import dismiss
from social import actions as social
from social.models import Follow
from stories import actions as stories
from stories.models import Story
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
CANARY = "zanzibar"
# Columns that refer to people, of which rows stay. Whoever adds one says why.
KEPT = {
    "media.Media.owner": "until `manage.py purge_media` has removed the bytes, which may alone",
    "admin.LogEntry.user": "what a moderator did in the admin",
}
# Tables that may say the name; the reason stands in docs/retention.md.
SAYS_NAMES = {"django_admin_log", "django_session", "moderation_decision", "moderation_look"}


@pytest.fixture
def zoe(db: None) -> User:
    """Who is going to be purged: every text of hers has the canary in it."""
    return factories.person(CANARY, bio=CANARY, website=f"https://{CANARY}.example", name=CANARY, is_staff=True)


@pytest.fixture
def world(zoe: User, bob: User, alice: User, charlie: User, client_for: Any) -> dict[str, Any]:
    """At least one row in every column that refers to a person, and others' rows among them."""
    set_up(client_for(zoe))
    client, others = client_for(zoe), [alice, bob, charlie]
    for other in others:
        factories.follow(other, zoe)
        factories.follow(zoe, other)
        client_for(other).put(f"/v1/users/{CANARY}/mute")
    client.put("/v1/users/bob/mute")
    client.put("/v1/me/close-friends/bob")
    client_for(bob).put(f"/v1/me/close-friends/{CANARY}")
    moderated(zoe, alice, bob)
    factories.block(zoe, factories.person())
    factories.block(factories.person(), zoe)
    client.put("/v1/me/hidden-words", {"words": ["hush"]})
    client_for(bob).post(f"/v1/posts/{factories.post(zoe).pk}/comments", {"text": "hush"})
    client.patch("/v1/me/notification-settings", {"story": "everybody"})
    Digest.objects.create(person=zoe, address=zoe.email, every="day", after_id=0)
    return {
        "own": own_content(zoe, client, others, client_for),
        "other": content_of_others(zoe, client, alice, bob),
        **rows_of_the_account(zoe, client),
    }


def moderated(zoe: User, alice: User, bob: User) -> None:
    """What zoe reported, said of others' reports, and has to say to what was decided about her."""
    spam, theirs, hers = {"category": "spam", "comment": CANARY}, factories.post(alice), factories.post(zoe, CANARY)
    reported, _ = moderation.report(reporter=zoe, subject_type="post", subject_id=theirs.pk, **spam)
    moderation.report(reporter=bob, subject_type="post", subject_id=hers.pk, **spam)
    Note.objects.create(case=reported.case, author=zoe, text="looks like advertising")
    reported.case.claimed_by = zoe
    reported.case.save()
    for owner, post in ((zoe, hers), (alice, theirs)):
        decision = moderation.decide_subject(
            subject_type="post", subject_id=post.pk, action="warn", reason="spam", automatic=True
        )
        moderation.appeal(person=owner, decision_id=decision.pk, text=CANARY if owner is zoe else "why?")
        DecisionMail.objects.create(decision=decision, person=owner)
    Appeal.objects.filter(person=alice).update(decided_by=zoe, decided_at=timezone.now(), state="refused")


def own_content(zoe: User, client: APIClient, others: list[User], client_for: Any) -> Post:
    picture = send(client, photo(), alt_text=CANARY).json()
    drain()
    body = {"media": [picture["id"]], "caption": f"{CANARY} #lakes", "place": "Lake"}
    made = client.post("/v1/posts", body, headers={"Idempotency-Key": CANARY}).json()
    client.put("/v1/me/avatar", {"media": picture["id"]})
    post = Post.objects.get(pk=made["id"])
    for other in others:
        theirs = client_for(other)
        theirs.put(f"/v1/posts/{post.pk}/like")
        factories.collection(other, [post])
        said = theirs.post(f"/v1/posts/{post.pk}/comments", {"text": "lovely"}).json()
        client.put(f"/v1/comments/{said['id']}/like")
        client.post(f"/v1/posts/{post.pk}/comments", {"text": f"thanks {CANARY}", "reply_to": said["id"]})
    for fields in ({"archived_at": timezone.now()}, {"deleted_at": timezone.now()}, {"live": False}):
        factories.post(zoe, CANARY, **fields)
    stories = [factories.story(zoe), factories.story(zoe, age=timedelta(days=2))]
    client_for(others[0]).put(f"/v1/stories/{stories[0].pk}/seen")
    factories.highlight(zoe, stories, CANARY, cover_media=factories.media(zoe, references=1))
    return post


def content_of_others(zoe: User, client: APIClient, alice: User, bob: User) -> Post:
    """A post of alice's: a thread that zoe began, one in which she replied, and her likes."""
    post, story = factories.post(alice, f"with @{CANARY}"), factories.story(alice)
    Mention.objects.create(post=post, user=zoe)
    client.put(f"/v1/posts/{post.pk}/like")
    client.put(f"/v1/posts/{factories.post(bob).pk}/dislike")
    shelf = client.post("/v1/me/collections", {"name": CANARY}).json()["id"]
    client.put(f"/v1/me/collections/{shelf}/posts/{post.pk}")
    client.put("/v1/tags/lakes/follow")
    client.put(f"/v1/stories/{story.pk}/seen")
    theirs = APIClient()
    theirs.force_authenticate(bob)
    hers = client.post(f"/v1/posts/{post.pk}/comments", {"text": CANARY}).json()["id"]
    theirs.post(f"/v1/posts/{post.pk}/comments", {"text": "under hers", "reply_to": hers})
    top = theirs.post(f"/v1/posts/{post.pk}/comments", {"text": "top"}).json()["id"]
    CommentMention.objects.create(comment_id=int(top), user=zoe, name="zoe")
    reply = client.post(f"/v1/posts/{post.pk}/comments", {"text": CANARY, "reply_to": top}).json()["id"]
    theirs.post(f"/v1/posts/{post.pk}/comments", {"text": "to her reply", "reply_to": reply})
    client.put(f"/v1/comments/{top}/like")
    return post


def rows_of_the_account(zoe: User, client: APIClient) -> dict[str, Any]:
    """Log-ins, secrets, mails, exports, imports, indexes."""
    browser = Client()
    browser.force_login(zoe)
    accounts.open_browser_session(
        user=zoe, caller=accounts.Caller("203.0.113.9", CANARY), key=str(browser.session.session_key)
    )
    Mail.objects.create(kind="password_changed", address=zoe.email, user=zoe)
    Mail.objects.create(kind="reset_password", address=zoe.email)
    Passkey.objects.create(user=zoe, credential_id=CANARY, public_key=CANARY, name=CANARY)
    FailedLogIn.objects.create(identifier=CANARY, user=zoe)
    FailedLogIn.objects.create(identifier=zoe.email)
    RuleHit.objects.create(kind="word", rule="x", attempt="name_change", tried=f"{CANARY} x", user=zoe)
    RuleHit.objects.create(kind="email", rule="x", attempt="registration", tried=zoe.email)
    accounts.rename(user=zoe, username=f"{CANARY}.2")
    accounts.rename(user=zoe, username=CANARY)
    zoe.groups.create(name="moderators")
    zoe.user_permissions.add(Permission.objects.first())
    LogEntry.objects.create(user=zoe, object_repr="x", action_flag=1)
    PulledAuthor.objects.create(author=zoe, number=1)
    blocked = BlockedImage.objects.create(sha256="0" * 64, reason="spam", by="moderator")
    ImageRefusal.objects.create(blocked=blocked, owner=zoe, distance=0)
    somebody = factories.person()
    dismiss(user=zoe, person_id=somebody.pk)
    dismiss(user=somebody, person_id=zoe.pk)
    client.post("/v1/media/uploads", {"size": 1000, "alt_text": CANARY})
    announced = client.post("/v1/me/imports", {"size": 1000}).json()
    ImportItem.objects.create(owner=zoe, import_run_id=announced["id"], kind="post", source=f"pystagram:{CANARY}")
    client.post("/v1/me/exports")
    drain()
    client.get("/v1/feed")
    return {"browser": browser, "export": Export.objects.get(owner=zoe)}


def columns() -> Iterator[tuple[str, type[Any], "Field[Any, Any]"]]:
    """Every column of every table that refers to a person."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.concrete and field.related_model is User and not field.many_to_many:
                yield f"{model._meta.app_label}.{model.__name__}.{field.name}", model, field  # type: ignore[misc]  # get_fields() is wider than Field


def filled(person: User) -> set[str]:
    return {name for name, model, field in columns() if model._base_manager.filter(**{field.name: person.pk}).exists()}


def tables_that_say(word: str) -> set[str]:
    """Tables with this word in any column of any row."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT 1 FROM "{table}" row WHERE row::text ILIKE %s LIMIT 1', [f"%{word}%"])  # noqa: S608 - names of our own tables
            found |= {table} if cursor.fetchone() else set()
    return found


def delete(person: User) -> None:
    """Asked for 30 days ago."""
    then = timezone.now() - timedelta(days=30, seconds=1)
    User.objects.get_queryset().filter(pk=person.pk).update(deleted_at=then)


def purge(person: User) -> None:
    delete(person)
    assert accounts.purge_due() == 1
    drain()


def wrong_counts() -> list[str]:
    return [str(one) for counter in all_counters() for one in differences(counter)]


def test_every_column_that_refers_to_a_person_is_emptied_or_named(zoe, world):
    """A new table fails here twice: until `world` has a row of it, and until the purge removes that."""
    missing = {name for name, *_ in columns()} - filled(zoe)
    assert not missing, f"let the fixture `world`, above, make a row of zoe's in {missing}"
    purge(zoe)
    differing = filled(zoe) ^ set(KEPT)
    assert not differing, (
        f"{differing}: remove the rows in purge_person of the app's actions, or say in KEPT why they stay"
    )


def test_no_table_says_anything_of_hers(zoe, world):
    tables = {"accounts_user", "posts_post", "posts_comment", "media_media", "stories_highlight", "accounts_mail"}
    assert tables <= tables_that_say(CANARY)
    world["other"].delete()  # in whose caption alice names her
    purge(zoe)
    assert tables_that_say(CANARY) <= SAYS_NAMES


def test_counts_are_exact_and_others_keep_what_is_theirs(zoe, alice, bob, world, client_for):
    assert wrong_counts() == []
    purge(zoe)
    assert wrong_counts() == []
    other = Post.objects.get(pk=world["other"].pk)
    assert (other.likes_count, other.comments_count) == (0, 3)
    said = client_for(alice).get(f"/v1/posts/{other.pk}/comments").json()["results"]
    assert [(row["text"], row["removed"], row["author"] is None) for row in said] == [
        ("top", False, False),
        ("", True, True),
    ]
    threads = [client_for(alice).get(f"/v1/comments/{row['id']}/replies").json()["results"] for row in said]
    assert [[(row["text"], row["reply_to"]) for row in rows] for rows in threads] == [
        [("to her reply", None)],
        [("under hers", None)],
    ]
    for person in (alice, bob):
        person.refresh_from_db()
    assert (alice.followers_count, alice.following_count, bob.following_count) == (1, 0, 1)
    assert Story.objects.filter(author=alice).count() == 1
    assert not Post.objects.filter(author=zoe).exists()


def test_a_comment_that_was_taken_down_keeps_the_place_of_replies_too(zoe, alice, bob):
    post = factories.post(alice)
    top = factories.comment(post, zoe, CANARY, replies_count=1)
    factories.comment(post, bob, "reply", parent=top, reply_to=top)
    take_down_comment(comment_id=top.pk)
    purge(zoe)
    top.refresh_from_db()
    assert (top.author, top.text, top.deleted_at is None) == (None, "", False)
    assert Post.objects.get(pk=post.pk).comments_count == 1


def test_what_is_kept_outside_the_database_goes_too(zoe, world, objects):
    parts = [key for key in objects if key.startswith("archives/")]
    assert parts
    assert timelines.read(zoe.pk) is not None
    purge(zoe)
    assert [key for key in objects if key.startswith(("archives/", "incoming/"))] == []
    assert timelines.read(zoe.pk) is None
    assert world["browser"].get("/v1/me").status_code == 401
    assert [key for key in objects if key.startswith("originals/")]  # bytes of originals are for purge_media alone
    assert set(Media.objects.filter(owner=zoe).values_list("references", flat=True)) == {0}
    call_command("purge_media", "--yes")
    assert not Media.objects.filter(owner=zoe).exists()
    assert [key for key in objects if key.startswith(("originals/", "renditions/"))] == []


def test_a_purge_that_is_cut_short_goes_on_and_a_repeated_one_does_nothing(zoe, world):
    delete(zoe)
    accounts.purge_due()
    rows = [Post, Comment, CommentLike, Reaction, Save, Follow]

    def count() -> int:
        return sum(model.objects.count() for model in rows)

    for _ in range(4):
        before = count()
        assert posts.purge_person(user_id=zoe.pk, most=2) is False
        assert before - count() <= 2 + 3  # a post goes with its tags and media; a call is bounded all the same
    drain()
    assert filled(zoe) == set(KEPT)
    assert wrong_counts() == []
    assert posts.purge_person(user_id=zoe.pk) is True


def test_nobody_is_purged_by_a_stray_event(alice, bob, client_for):
    factories.post(alice)
    client_for(bob).post("/v1/me/exports")
    before = {person.pk: filled(person) for person in (alice, bob)}
    for app in (accounts, posts, stories, social, notifications, moderation, portability, owner_purging):
        assert app.purge_person(user_id=alice.pk) is True
    assert {person.pk: filled(person) for person in (alice, bob)} == before
    assert Follow.objects.count() == 1


def test_an_export_under_way_leaves_no_archive(zoe, world, objects, client_for):
    Export.objects.all().delete()
    client_for(zoe).post("/v1/me/exports")
    export = Export.objects.get(owner=zoe)

    def purged_meanwhile(_: Any) -> None:
        if Export.objects.filter(pk=export.pk).exists():
            delete(zoe)
            accounts.purge_due()
            Export.objects.all().delete()

    portability.build_part(export_id=export.pk, still_here=purged_meanwhile)
    assert [key for key in objects if key.startswith(f"archives/{export.prefix[:2]}/{export.prefix}")] == []


def test_an_import_stops_while_its_owner_is_away(zoe, world):
    run = Import.objects.get(owner=zoe)
    Import.objects.filter(pk=run.pk).update(state=Import.State.PENDING)
    delete(zoe)
    assert portability.advance_import(import_id=run.pk, still_here=lambda: None) is None
    run.refresh_from_db()
    assert run.state == Import.State.FAILED
    assert "deleted" in run.error_detail


def test_an_upload_that_was_announced_is_over(zoe, world):
    purge(zoe)
    assert not DirectUpload.objects.filter(owner=zoe).exists()
