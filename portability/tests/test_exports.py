"""`/v1/me/exports`: everything that a person has here, byte for byte, for nobody else and not for ever."""

import io
import json
import re
from datetime import timedelta
from typing import Any
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from events.models import Delivery
from events.relay import claim, expand, task_named
from media.tests.support.photographs import path_of, photo, send
from portability import actions, parts
from portability.models import Export, ExportPart
from portability.records import DOCUMENTS
from portability.tasks import prune_exports
from posts.models import Reaction, Save
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db


def ask(client: APIClient) -> dict[str, Any]:
    answer = client.post("/v1/me/exports")
    assert answer.status_code == 202, answer.content
    assert answer["Location"] == f"/v1/me/exports/{answer.json()['id']}"
    return dict(answer.json())


def made(client: APIClient) -> dict[str, Any]:
    """An export, made by what a worker runs."""
    asked = ask(client)
    drain()
    return dict(client.get(f"/v1/me/exports/{asked['id']}").json())


def fetch(url: str, **headers: str) -> Any:
    """Without a log-in, as a browser follows a link; a bucket answers by itself."""
    answer = APIClient().get(path_of(url), headers=headers)
    if answer.status_code == 302:
        with urlopen(answer["Location"], timeout=10) as found:  # noqa: S310 - an address of the test
            return found.read()
    assert answer.status_code in {200, 206}, answer.content
    return b"".join(answer.streaming_content)


def opened(export: dict[str, Any]) -> list[ZipFile]:
    return [ZipFile(io.BytesIO(fetch(archive["url"]))) for archive in export["archives"]]


def document(archive: ZipFile, name: str) -> Any:
    return json.loads(archive.read(f"{name}.json"))


def uploaded(client: APIClient, data: bytes, **fields: Any) -> str:
    sent = send(client, data, **fields).json()["id"]
    drain()
    return str(sent)


def test_originals_come_back_byte_for_byte_with_what_was_said_of_them(client_for, alice):
    client, data = client_for(alice), photo(width=700, height=500)
    sent = uploaded(client, data, alt_text="A ferry")
    client.post("/v1/posts", {"media": [sent], "caption": "Home #sea", "place": "Galata", "user_latitude": "41.015137",
                              "user_longitude": "28.979530"})  # fmt: skip
    export = made(client)
    assert (export["state"], export["progress"]) == ("ready", 100)
    assert export["url"] == export["archives"][0]["url"]
    (archive,) = opened(export)
    assert archive.testzip() is None
    assert archive.read(f"media/{sent}.jpg") == data
    assert document(archive, "media")[0]["alt_text"] == "A ferry"
    (post,) = document(archive, "posts")
    assert (post["caption"], post["media"], post["place"]) == ("Home #sea", [sent], "Galata")
    assert (post["tags"], post["user_latitude"], post["state"]) == (["sea"], "41.015137", "published")
    (profile,) = document(archive, "profile")
    assert (profile["username"], profile["email"]) == ("alice", alice.email)
    about = document(archive, "archive-1")
    assert (about["format"], about["is_last"], about["missing"]) == ("pystagram-archive", True, [])


def test_the_page_shows_only_what_is_in_the_archive(client_for, alice):
    client = client_for(alice)
    sent = uploaded(client, photo(width=700, height=500), alt_text='"><script>alert(1)</script>')
    client.post("/v1/posts", {"media": [sent], "caption": "<img src=x onerror=alert(1)>"})
    (archive,) = opened(made(client))
    page = archive.read("index.html").decode()
    linked = set(re.findall(r'(?:src|href)="([^"]*)"', page))
    assert linked == {f"media/{sent}.jpg", f"previews/{sent}.webp"}
    assert linked <= set(archive.namelist())
    assert "<script" not in page
    assert "<img src=x" not in page


def test_relations_and_what_one_did_are_there_and_others_words_are_not(client_for, alice, bob, charlie):
    factories.follow(alice, charlie)
    factories.block(alice, factories.person("mallory"))
    factories.mute(alice, bob)
    factories.close_friend(alice, bob)
    factories.close_friend(charlie, alice)
    post = factories.post(bob, "bob's caption")
    client = client_for(alice)
    client.put(f"/v1/posts/{post.pk}/like")
    client.put(f"/v1/posts/{post.pk}/save")
    shelf = factories.collection(alice, [post], "Bridges")
    client.patch(f"/v1/me/collections/{shelf.pk}", {"cover_post": str(post.pk)})
    client.post(f"/v1/posts/{post.pk}/comments", {"text": "how lovely"})
    mine = factories.post(alice)
    factories.comment(mine, bob, "bob's words")
    story = factories.story(alice)
    factories.highlight(alice, [story], "Summer")
    (archive,) = opened(made(client))
    assert [row["username"] for row in document(archive, "followers")] == ["bob"]
    assert [row["username"] for row in document(archive, "following")] == ["charlie"]
    assert [row["username"] for row in document(archive, "blocks")] == ["mallory"]
    assert [row["username"] for row in document(archive, "mutes")] == ["bob"]
    assert [row["username"] for row in document(archive, "close_friends")] == ["bob"]
    assert [(row["post"], row["kind"]) for row in document(archive, "reactions")] == [(str(post.pk), "like")]
    assert [row["post_author"] for row in document(archive, "saved")] == ["bob"]
    (collection,) = document(archive, "collections")
    assert (collection["name"], collection["posts"], collection["cover_post"]) == (
        "Bridges",
        [str(post.pk)],
        str(post.pk),
    )
    assert [row["text"] for row in document(archive, "comments")] == ["how lovely"]
    assert document(archive, "highlights")[0]["stories"] == [str(story.pk)]
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for words in ("bob's caption", "bob's words", bob.email, charlie.email):
        assert words.encode() not in everything


@pytest.mark.parametrize("how", ["blocked", "deactivated"])
def test_who_does_not_exist_for_one_any_more_is_not_named(client_for, alice, bob, how):
    """Else the name of today of whoever blocks one would stand in it."""
    post = factories.post(bob)
    client = client_for(alice)
    factories.mute(alice, bob)
    factories.block(alice, bob)
    factories.comment(post, alice, "how lovely")
    Reaction.objects.create(post=post, user=alice, kind="like")
    Save.objects.create(post=post, user=alice)
    if how == "blocked":
        factories.block(bob, alice)
    User.objects.filter(pk=bob.pk).update(
        username="bob.today", deactivated_at=timezone.now() if how == "deactivated" else None
    )
    (archive,) = opened(made(client))
    assert document(archive, "mutes") == document(archive, "blocks") == []
    acts = [document(archive, name) for name in ("reactions", "saved", "comments")]
    assert [(row["post"], row["post_author"]) for (row,) in acts] == [(str(post.pk), None)] * 3
    assert all(b"bob.today" not in archive.read(name) for name in archive.namelist())


def test_every_kind_of_row_that_names_a_person_is_thought_of():
    """A new table with people in it is a document of the archive, part of one, or named here with the reason."""
    in_documents = {
        "Session", "Follow", "Block", "Mute", "CloseFriend", "Media", "Post", "Comment", "CommentLike", "Reaction",
        "Save", "Collection", "TagFollow", "Story", "Seen", "Highlight", "Inbox", "Report", "Appeal",
        "HiddenWords",
    }  # fmt: skip
    left_out = {
        "PersonChange": "counts changes, for caches",
        "LogEntry": "what a moderator did in the admin",
        "DirectUpload": "ends as a media, or within a day",
        "Mention": "of a post: its caption says it",
        "CommentMention": "of a comment: its text says it",
        "PersonDocument": "an index of the profile",
        "PersonWord": "an index of the profile",
        "DismissedSuggestion": "a hint to the list of suggestions",
        "SearchDocument": "an index of posts",
        "Authenticator": "a secret of the log-in",
        "RecoveryCode": "a secret of the log-in",
        "Export": "the export itself",
        "HeldName": "a name given up, for a month",
        "Passkey": "a secret of the log-in",
        "Case": "who among the moderators worked on what",
        "Note": "what moderators write to each other",
        "DecisionMail": "that a message was sent, for a month",
        "Mail": "that a message was sent, for some days",
        "FailedLogIn": "a guess at a password, for a month",
        "Notification": "what others did; it is hidden and shown by what they may still tell",
        "Digest": "that a mail was sent, for a month",
        "Cause": "one of the facts in a notification",
        "PulledAuthor": "by which way posts travel into feeds",
        "Import": "forgotten after a month; what was made of it is there",
        "ImportItem": "notes of what was imported",
        "RuleHit": "that something was refused, for a month",
        "ImageRefusal": "that a file was not taken, for three months; the media says so too",
        "User_groups": "a moderator's role",
        "User_user_permissions": "a moderator's role",
    }
    named = {
        model.__name__
        for model in apps.get_models(include_auto_created=True)
        if any(field.related_model is User for field in model._meta.get_fields() if field.concrete)
    }
    untold = named - in_documents - set(left_out)
    assert not untold, (
        f"{untold}: write a document of them (DOCUMENTS of portability/records/__init__.py) and name them in "
        "in_documents, above, or say in left_out why a person's archive goes without"
    )
    assert len(DOCUMENTS) > len(in_documents)


def test_a_large_export_comes_in_archives_of_which_each_is_whole(client_for, alice, monkeypatch):
    client, pictures = client_for(alice), [photo(width=width) for width in (300, 320, 340)]
    ids = [uploaded(client, data) for data in pictures]
    # A gibibyte of originals would take minutes.
    monkeypatch.setattr(parts, "MAX_PART_BYTES", len(pictures[0]) + 10)
    export = made(client)
    archives = opened(export)
    assert len(archives) == 3
    for number, (archive, sent, data) in enumerate(zip(archives, ids, pictures, strict=True), start=1):
        assert archive.read(f"media/{sent}.jpg") == data
        assert document(archive, f"archive-{number}")["is_last"] is (number == 3)
        assert ("posts.json" in archive.namelist()) is (number == 1)
    assert [archive["size"] for archive in export["archives"]] == [len(fetch(a["url"])) for a in export["archives"]]


def test_a_worker_that_dies_repeats_one_archive(client_for, alice, monkeypatch, objects):
    client = client_for(alice)
    ids = [uploaded(client, photo(width=width)) for width in (300, 320)]
    monkeypatch.setattr(parts, "MAX_PART_BYTES", 10)  # a gibibyte of originals would take minutes
    export = Export.objects.get(pk=ask(client)["id"])
    assert actions.build_part(export_id=export.pk, still_here=lambda by: None) is False
    left = f"archives/{export.prefix[:2]}/{export.prefix}/2.zip"
    objects[left] = b"half an archive"
    drain()
    made_of_it = client.get(f"/v1/me/exports/{export.pk}").json()
    assert [part.namelist()[0] for part in opened(made_of_it)] == ["profile.json", f"media/{ids[1]}.jpg"]
    actions.build_part(export_id=export.pk, still_here=lambda by: None)
    assert ExportPart.objects.count() == 2


def test_asked_twice_it_is_the_same_export(client_for, alice):
    client = client_for(alice)
    first = ask(client)
    assert (first["state"], first["url"], first["archives"]) == ("pending", None, [])
    assert ask(client)["id"] == first["id"]
    drain()
    assert ask(client)["id"] == first["id"]
    Export.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    assert ask(client)["id"] != first["id"]


@pytest.mark.django_db(transaction=True)
def test_eight_requests_at_once_make_one_export(client_for, alice, run_concurrently):
    answers = run_concurrently([lambda: client_for(alice).post("/v1/me/exports")] * 8)
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Export.objects.count() == 1


def test_a_task_that_runs_again_changes_nothing(client_for, alice):
    client = client_for(alice)
    before = made(client)
    Delivery.objects.update(done_at=None, lease_until=timezone.now())
    drain()
    after = client.get(f"/v1/me/exports/{before['id']}").json()
    assert after["archives"][0]["sha256"] == before["archives"][0]["sha256"]


def test_a_lost_original_is_named_and_does_not_end_the_export(client_for, alice, objects):
    client = client_for(alice)
    sent = uploaded(client, photo())
    del objects[objects.originals()[0]]
    (archive,) = opened(made(client))
    assert document(archive, "archive-1")["missing"] == [f"media/{sent}.jpg"]
    assert f"media/{sent}.jpg" not in archive.namelist()


def test_an_outage_of_the_store_only_delays_it(client_for, alice, outage):
    client = client_for(alice)
    uploaded(client, photo())
    asked = ask(client)
    with outage():
        expand()
        for delivery_id, task in claim():
            task_named(task).run(delivery_id=delivery_id)
        assert client.get(f"/v1/me/exports/{asked['id']}").json()["state"] in {"pending", "running"}
        assert Delivery.objects.get(task="portability.tasks.build_export").dead_at is None
    Delivery.objects.update(lease_until=timezone.now(), last_error="")
    drain()
    (archive,) = opened(client.get(f"/v1/me/exports/{asked['id']}").json())
    assert document(archive, "archive-1")["missing"] == []


@pytest.mark.storage("local")
def test_a_download_goes_on_where_it_broke_at_a_fresh_address(client_for, alice):
    client = client_for(alice)
    uploaded(client, photo())
    export = made(client)
    whole = fetch(export["url"])
    again = client.get(f"/v1/me/exports/{export['id']}").json()["url"]
    first = APIClient().get(path_of(export["url"]), headers={"Range": "bytes=0-99"})
    assert (first.status_code, first["Content-Range"]) == (206, f"bytes 0-99/{len(whole)}")
    rest = fetch(again, **{"Range": "bytes=100-", "If-Range": first["ETag"]})
    assert b"".join(first.streaming_content) + rest == whole
    assert first["Content-Disposition"] == 'attachment; filename="pystagram-1.zip"'
    assert "no-store" in first["Cache-Control"]


def test_nobody_else_gets_at_it(client_for, alice, bob):
    export = made(client_for(alice))
    assert client_for(bob).get(f"/v1/me/exports/{export['id']}").status_code == 404
    assert client_for(bob).get("/v1/me/exports").json()["results"] == []
    address = path_of(export["url"])
    bare = address.partition("?")[0]
    other = address[:-1] + ("A" if address[-1] != "A" else "B")
    for wrong in (bare, f"{bare}?token=", other, address.replace(address.split("/")[3], "x" * 32)):
        answer = APIClient().get(wrong)
        assert answer.status_code == 404, wrong
        assert answer.json()["code"] == "not_found"


def test_after_a_week_it_is_gone(client_for, alice, objects):
    client = client_for(alice)
    export = made(client)
    assert [key for key in objects if key.startswith("archives/")]
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert prune_exports() == 1
    assert not [key for key in objects if key.startswith("archives/")]
    assert client.get(f"/v1/me/exports/{export['id']}").status_code == 404
    assert prune_exports() == 0


def test_one_that_was_never_made_is_said_to_have_failed(client_for, alice):
    client = client_for(alice)
    asked = ask(client)
    Export.objects.update(created_at=timezone.now() - timedelta(days=3))
    prune_exports()
    assert client.get(f"/v1/me/exports/{asked['id']}").json()["state"] == "failed"
    assert ask(client)["id"] != asked["id"]


def test_one_export_and_thirty_cost_the_same_queries(client_for, alice, django_assert_num_queries):
    def exports(count: int) -> None:
        for _ in range(count):
            export = Export.objects.create(owner=alice, prefix=f"p{Export.objects.count():020}", state="ready")
            ExportPart.objects.create(export=export, number=1, size=1, sha256="0" * 64)

    client = client_for(alice)
    exports(1)
    with django_assert_num_queries(2):
        assert len(client.get("/v1/me/exports").json()["results"]) == 1
    exports(29)
    with django_assert_num_queries(2):
        assert len(client.get("/v1/me/exports?limit=100").json()["results"]) == 30


def test_addresses_are_of_this_server(client_for, alice):
    assert made(client_for(alice))["url"].startswith(f"{configured.PYSTAGRAM_URL}/media/archives/")
