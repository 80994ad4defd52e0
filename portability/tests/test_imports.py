"""`/v1/me/imports`: an archive becomes posts, stories and highlights with their times and words, once."""

import io
import json
import struct
import urllib.error
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.conf import settings as configured
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from events.models import Delivery
from events.relay import claim, expand, task_named
from media.models import DirectUpload, Media
from media.tests.support.photographs import path_of, photo, send
from portability import actions
from portability.formats import zips
from portability.models import Import, ImportItem
from portability.tasks import prune_imports
from portability.tests.test_exports import fetch, made, uploaded
from posts.actions import take_down
from posts.models import Post
from stories.models import Story
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
SHARED = 1_500_000_000  # 2017-07-14T02:40:00Z


def zipped(files: dict[str, Any], **options: Any) -> bytes:
    """A ZIP of these files; what is not bytes becomes JSON."""
    file = io.BytesIO()
    with ZipFile(file, "w", **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return file.getvalue()


def not_an_archive(detail: str) -> dict[str, str]:
    return {"code": "not_an_archive", "detail": detail}


def put(upload: dict[str, Any], data: bytes) -> int:
    if upload["url"].startswith(configured.PYSTAGRAM_URL):
        answer = APIClient().generic("PUT", path_of(upload["url"]), data, content_type="application/zip")
        return int(answer.status_code)
    headers = {**upload["headers"], "Content-Type": "application/zip"}
    request = Request(upload["url"], data, headers, method="PUT")  # noqa: S310 - an address of the test
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def sent(client: APIClient, data: bytes) -> str:
    """An archive that has arrived: the address of its import."""
    announced = client.post("/v1/me/imports", {"size": len(data)})
    assert announced.status_code == 201, announced.content
    assert put(announced.json()["upload"], data) == 200
    return str(announced["Location"])


def settled(times: int = 12) -> None:
    """Runs what workers run, also what waits for a moment."""
    for _ in range(times):
        Delivery.objects.filter(done_at=None).update(lease_until=timezone.now() - timedelta(seconds=1))
        drain()


def brought(client: APIClient, data: bytes) -> dict[str, Any]:
    """The import of an archive, after the workers have done with it."""
    address = sent(client, data)
    started = client.post(f"{address}/start")
    assert started.status_code == 202, started.content
    settled()
    return dict(client.get(address).json())


def instagram(*posts: dict[str, Any], **files: Any) -> dict[str, Any]:
    return {"content/posts_1.json": list(posts), **files}


def one(uri: str = "media/posts/201707/a.jpg", title: str = "", **more: Any) -> dict[str, Any]:
    return {"uri": uri, "creation_timestamp": SHARED, "title": title, **more}


def as_instagram_writes(text: str) -> str:
    return text.encode().decode("latin-1")


# -- our own archives --------------------------------------------------------------------------------


def test_an_export_becomes_the_same_profile_elsewhere(client_for, alice, charlie):
    client = client_for(alice)
    client.patch("/v1/me", {"bio": "By the sea"})
    first, second = (uploaded(client, photo(width=width), alt_text=f"{width} wide") for width in (200, 220))
    body = {"media": [second, first], "caption": "Two #sea", "place": "Galata", "media_latitude": "41.015137",
            "media_longitude": "28.979530", "comments_enabled": False, "comments_from": "followers",
            "sensitive": True}  # fmt: skip
    older = client.post("/v1/posts", body).json()["id"]
    newer = client.post("/v1/posts", {"media": [first], "caption": "Newer", "audience": "close_friends"}).json()["id"]
    away = client.post("/v1/posts", {"media": [first], "caption": "Put away"}).json()["id"]
    client.post(f"/v1/posts/{away}/archive")
    down = client.post("/v1/posts", {"media": [first], "caption": "Taken down"}).json()["id"]
    client.post("/v1/posts", {"media": [first], "caption": "To come", "draft": True})
    tomorrow = timezone.now() + timedelta(days=1)
    client.post("/v1/posts", {"media": [first], "caption": "Tomorrow", "publish_at": tomorrow.isoformat()})
    story = client.post("/v1/stories", {"media": second, "audience": "close_friends"}).json()["id"]
    client.post("/v1/highlights", {"title": "Summer", "stories": [story]})
    when = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for pk, at in ((older, when), (newer, when + timedelta(days=1))):
        Post.objects.filter(pk=pk).update(created_at=at)
    take_down(post_id=int(down))
    data = fetch(made(client)["url"])
    exported = json.loads(ZipFile(io.BytesIO(data)).read("posts.json"))
    assert [post["state"] for post in exported if post["id"] == down] == ["removed"]

    other = client_for(charlie)
    done = brought(other, data)
    assert (done["state"], done["progress"], done["error"], done["upload"]) == ("ready", 100, None, None)
    assert (done["media_count"], done["posts_count"], done["stories_count"], done["highlights_count"]) == (2, 5, 1, 1)
    drafts = {post["caption"]: post["state"] for post in other.get("/v1/me/drafts").json()["results"]}
    assert drafts == {"To come": "draft", "Tomorrow": "draft"}  # nothing publishes itself where it was brought to
    posts = other.get("/v1/users/charlie/posts").json()["results"]
    assert [post["caption"] for post in posts] == ["Newer", "Two #sea"]
    assert [media["alt_text"] for media in posts[1]["media"]] == ["220 wide", "200 wide"]
    assert (posts[1]["tags"], posts[1]["place"]["name"], posts[1]["comments_enabled"]) == (["sea"], "Galata", False)
    assert [post["sensitive"] for post in posts] == [False, True]
    assert (posts[1]["media_latitude"], posts[1]["media_longitude"]) == ("41.015137", "28.979530")
    assert [post["caption"] for post in other.get("/v1/me/archive").json()["results"]] == ["Put away"]
    assert [post["audience"] for post in posts] == ["close_friends", "followers"]
    mine = other.get("/v1/posts").json()["results"]
    assert {post["caption"]: post["comments_from"] for post in mine if post["comments_from"]} == {
        "Two #sea": "followers"
    }
    assert Story.objects.get(author=charlie).audience == "close_friends"
    me = client_for(charlie).get("/v1/me").json()
    assert (me["bio"], me["posts_count"]) == ("By the sea", 1)
    assert other.get("/v1/users/charlie/highlights").json()["results"][0]["title"] == "Summer"


def test_sent_again_nothing_is_made_twice(client_for, alice, charlie):
    client = client_for(alice)
    sent_id = uploaded(client, photo())
    client.post("/v1/posts", {"media": [sent_id], "caption": "Once"})
    data = fetch(made(client)["url"])
    other = client_for(charlie)
    brought(other, data)
    again = brought(other, data)
    assert (again["state"], again["posts_count"], again["media_count"]) == ("ready", 0, 0)
    assert Post.objects.filter(author=charlie).count() == 1
    assert Media.objects.filter(owner=charlie).count() == 1


def test_what_is_said_already_in_a_profile_stays(client_for, alice, charlie):
    client_for(alice).patch("/v1/me", {"bio": "alice's"})
    client_for(charlie).patch("/v1/me", {"bio": "charlie's"})
    brought(client_for(charlie), fetch(made(client_for(alice))["url"]))
    assert client_for(charlie).get("/v1/me").json()["bio"] == "charlie's"


# -- Instagram ---------------------------------------------------------------------------------------


def test_a_download_of_instagram(client_for, alice):
    where = {"media_metadata": {"photo_metadata": {"exif_data": [{"latitude": 41.0082, "longitude": 28.9784}]}}}
    posts = [
        {"media": [one(title=as_instagram_writes("Çay ☕ #istanbul"), **where)]},
        {
            "media": [one("media/posts/201707/b.jpg"), one("media/posts/201707/c.jpg")],
            "title": as_instagram_writes("İki"),
            "creation_timestamp": SHARED + 60,
        },
    ]
    story = {"ig_stories": [one("media/stories/201707/s.jpg")]}
    pictures = {f"media/posts/201707/{name}.jpg": photo(width=100 + 2 * at) for at, name in enumerate("abc")}
    files = {"content/stories.json": story, "media/stories/201707/s.jpg": photo(width=140)}
    done = brought(client_for(alice), zipped(instagram(*posts, **files, **pictures)))
    assert (done["state"], done["posts_count"], done["stories_count"], done["missing_count"]) == ("ready", 2, 1, 0)
    newer, older = client_for(alice).get("/v1/users/alice/posts").json()["results"]
    assert (older["caption"], older["tags"]) == ("Çay ☕ #istanbul", ["istanbul"])
    assert (older["created_at"], older["media_latitude"]) == ("2017-07-14T02:40:00.000000Z", "41.008200")
    assert (newer["caption"], len(newer["media"])) == ("İki", 2)
    assert [row["media"]["state"] for row in client_for(alice).get("/v1/me/stories/archive").json()["results"]] == [
        "ready"
    ]
    assert Story.objects.get().expires_at < timezone.now()


@pytest.mark.parametrize(
    "layout", ["content", "your_instagram_activity/media", "instagram-alice/your_instagram_activity/content"]
)
def test_layouts_of_other_years(client_for, alice, layout):
    root = "instagram-alice/" if layout.startswith("instagram-alice") else ""
    files = {f"{layout}/posts_1.json": [{"media": [one(title="Hello")]}], f"{root}media/posts/201707/a.jpg": photo()}
    done = brought(client_for(alice), zipped(files))
    assert (done["state"], done["posts_count"]) == ("ready", 1)


def test_parts_of_a_download_come_in_any_order(client_for, alice):
    client = client_for(alice)
    words = brought(client, zipped(instagram({"media": [one(title="Late")]})))
    assert (words["state"], words["posts_count"], words["missing_count"]) == ("ready", 0, 2)
    pictures = brought(client, zipped({"media/posts/201707/a.jpg": photo()}))
    assert (pictures["posts_count"], pictures["missing_count"]) == (1, 0)
    assert Post.objects.get().caption == "Late"


def test_followers_are_not_told_and_their_feeds_not_flooded(client_for, alice, bob):
    factories.post(alice, "Today")
    drain()
    before = client_for(bob).get("/v1/feed").json()["results"]
    brought(
        client_for(alice), zipped(instagram({"media": [one(title="Old")]}, **{"media/posts/201707/a.jpg": photo()}))
    )
    after = client_for(bob).get("/v1/feed").json()["results"]
    assert [post["caption"] for post in after][:1] == [post["caption"] for post in before] == ["Today"]
    assert [post["caption"] for post in client_for(bob).get("/v1/users/alice/posts").json()["results"]] == [
        "Today",
        "Old",
    ]


# -- what goes wrong ---------------------------------------------------------------------------------


def test_a_damaged_file_is_left_out_and_named(client_for, alice):
    post = {"media": [one(title="Half"), one("media/posts/201707/b.jpg")]}
    files = {"media/posts/201707/a.jpg": b"no picture", "media/posts/201707/b.jpg": photo()}
    client = client_for(alice)
    done = brought(client, zipped(instagram(post, **files)))
    assert (done["state"], done["posts_count"], done["media_count"]) == ("ready", 1, 1)
    assert len(Post.objects.get().items.all()) == 1
    (skipped,) = client.get(f"/v1/me/imports/{done['id']}/skipped").json()["results"]
    assert (skipped["kind"], skipped["code"]) == ("media", "unsupported_format")
    assert skipped["name"].endswith("media/posts/201707/a.jpg")


def test_what_breaks_a_rule_here_is_left_out_and_the_rest_is_made(client_for, alice):
    tags = " ".join(f"#tag{number}" for number in range(40))
    posts = [{"media": [one(title=tags)]}, {"media": [one("media/posts/201707/b.jpg", title="Fine")]}]
    files = {f"media/posts/201707/{name}.jpg": photo(width=100 + 2 * at) for at, name in enumerate("ab")}
    done = brought(client_for(alice), zipped(instagram(*posts, **files)))
    assert (done["state"], done["posts_count"]) == ("ready", 1)
    assert ImportItem.objects.get(kind="post", error_code="invalid").target is None


HOSTILE = {
    "no ZIP": b"PK" + b"\0" * 5000,
    "empty": b"\0",
    "of something else": zipped({"readme.txt": b"hello"}),
    "JSON that is none": zipped({"content/posts_1.json": b"{]"}),
    "a broken directory": zipped({"content/posts_1.json": []})[:-40] + b"\0" * 40,
    "deep JSON": zipped({"content/posts_1.json": b"[" * 100_000}),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_archive_fails_with_a_sentence(client_for, alice, data):
    done = brought(client_for(alice), data)
    assert (done["state"], done["error"]["code"]) == ("failed", "not_an_archive")
    assert done["error"]["detail"]
    assert not Post.objects.exists()


STRANGE = {
    "NUL and half characters": {"media": [one(title="a\0b\ud800c")]},
    "numbers for words": {"media": [one(title=7)], "title": {"a": 1}},
    "a time that cannot be": {"media": [{**one(), "creation_timestamp": 1e300}]},
    "a time to come": {"media": [{**one(), "creation_timestamp": 9_999_999_999}]},
    "no numbers": {
        "media": [one(media_metadata={"photo_metadata": {"exif_data": [{"latitude": "x", "longitude": []}]}})]
    },
    "beyond the poles": {
        "media": [one(media_metadata={"photo_metadata": {"exif_data": [{"latitude": 999, "longitude": 1}]}})]
    },
    "a list of nothing": {"media": [None, 3, [], {}, one()]},
    "a name above": {"media": [one("../../etc/passwd"), one()]},
}


@pytest.mark.parametrize("post", STRANGE.values(), ids=STRANGE)
def test_strange_documents_end_without_an_error(client_for, alice, post):
    done = brought(client_for(alice), zipped(instagram(post, **{"media/posts/201707/a.jpg": photo()})))
    assert done["state"] == "ready"
    assert all("\0" not in row.caption and row.created_at <= timezone.now() for row in Post.objects.all())


def test_a_document_that_unpacks_to_gigabytes_is_refused(client_for, alice, monkeypatch):
    monkeypatch.setattr(zips, "MAX_DOCUMENT_BYTES", 100_000)  # 32 MiB take a while to pack
    data = zipped({"content/posts_1.json": b"[" + b" " * 1_000_000 + b"]"}, compression=ZIP_DEFLATED)
    assert len(data) < 10_000
    done = brought(client_for(alice), data)
    assert (done["state"], done["error"]) == ("failed", not_an_archive("content/posts_1.json is too large"))


def test_a_directory_that_would_fill_the_memory_is_not_read(client_for, alice):
    data = bytearray(zipped({"content/posts_1.json": []}))
    place = data.rfind(b"PK\x05\x06")
    data[place + 12 : place + 16] = struct.pack("<L", zips.MAX_DIRECTORY_BYTES + 1)
    done = brought(client_for(alice), bytes(data))
    assert (done["state"], done["error"]) == ("failed", not_an_archive("It names too many files"))


def test_a_picture_that_unpacks_to_gigabytes_is_left_out(client_for, alice, settings):
    settings.PHOTO_MAX_BYTES = settings.VIDEO_MAX_BYTES = 50_000
    post = {"media": [one(), one("media/posts/201707/b.jpg")]}
    files = {"media/posts/201707/a.jpg": b"\0" * 5_000_000, "media/posts/201707/b.jpg": photo()}
    done = brought(client_for(alice), zipped(instagram(post, **files), compression=ZIP_DEFLATED))
    assert (done["state"], done["media_count"]) == ("ready", 1)
    assert ImportItem.objects.get(kind="media", target=None).error_code == "damaged_file"


# -- workers that die, stores that are away ----------------------------------------------------------


def test_a_worker_that_dies_goes_on_where_it_was(client_for, alice, monkeypatch):
    posts = [{"media": [one(f"media/posts/201707/{name}.jpg", title=name)]} for name in "abc"]
    files = {f"media/posts/201707/{name}.jpg": photo(width=100 + 2 * at) for at, name in enumerate("abc")}
    client = client_for(alice)
    address = sent(client, zipped(instagram(*posts, **files)))
    client.post(f"{address}/start")
    calls: list[int] = []

    def dies() -> None:
        calls.append(1)
        if len(calls) == 4:  # the plan is kept, and two files are
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.advance_import(import_id=Import.objects.get().pk, still_here=dies)
    assert 0 < Media.objects.count() < 3
    settled()
    assert client.get(address).json()["posts_count"] == 3
    assert Media.objects.count() == 3
    assert sorted(Post.objects.values_list("caption", flat=True)) == ["a", "b", "c"]


def test_an_outage_of_the_store_only_delays_it(client_for, alice, outage):
    client = client_for(alice)
    address = sent(client, zipped(instagram({"media": [one(title="Late")]}, **{"media/posts/201707/a.jpg": photo()})))
    client.post(f"{address}/start")
    with outage():
        expand()
        for delivery_id, task in claim():
            task_named(task).run(delivery_id=delivery_id)
        assert client.get(address).json()["state"] == "running"
    Delivery.objects.update(last_error="")
    settled()
    assert client.get(address).json()["posts_count"] == 1


def test_more_files_than_may_be_in_processing_take_turns(client_for, alice, settings):
    settings.MAX_PROCESSING = 1
    posts = [{"media": [one(f"media/posts/201707/{name}.jpg", title=name)]} for name in "abc"]
    files = {f"media/posts/201707/{name}.jpg": photo(width=100 + 2 * at) for at, name in enumerate("abc")}
    assert brought(client_for(alice), zipped(instagram(*posts, **files)))["posts_count"] == 3


@pytest.mark.django_db(transaction=True)
def test_started_eight_times_at_once_it_runs_once(client_for, alice, run_concurrently):
    data = zipped(instagram({"media": [one(title="Once")]}, **{"media/posts/201707/a.jpg": photo()}))
    address = sent(client_for(alice), data)
    answers = run_concurrently([lambda: client_for(alice).post(f"{address}/start")] * 8)
    assert {answer.status_code for answer in answers} == {202}
    settled()
    assert Post.objects.count() == 1


# -- who and when ------------------------------------------------------------------------------------


def test_nothing_starts_before_the_archive_is_there(client_for, alice):
    announced = client_for(alice).post("/v1/me/imports", {"size": 1000})
    answer = client_for(alice).post(f"{announced['Location']}/start")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_uploaded")


def test_one_import_at_a_time(client_for, alice):
    client = client_for(alice)
    first = sent(client, zipped(instagram({"media": [one()]})))
    client.post(f"{first}/start")
    second = sent(client, zipped(instagram({"media": [one(title="longer")]})))
    answer = client.post(f"{second}/start")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    settled()
    assert client.post(f"{second}/start").status_code == 202


def test_an_archive_is_too_large_before_it_is_sent(client_for, alice, settings):
    settings.ARCHIVE_MAX_BYTES = 999
    answer = client_for(alice).post("/v1/me/imports", {"size": 1000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_an_archive_is_no_media_and_uses_no_quota(client_for, alice, settings):
    settings.QUOTA_BYTES = 5000
    client = client_for(alice)
    announced = client.post("/v1/me/imports", {"size": 1_000_000}).json()
    arrival = DirectUpload.objects.get()
    assert client.post(f"/v1/media/uploads/{arrival.pk}/complete").status_code == 404
    assert client.post("/v1/me/imports", {"size": 1_000_000}).json()["id"] == announced["id"]
    assert send(client, photo()).status_code == 202


def test_it_is_ones_own_alone(client_for, alice, bob):
    address = sent(client_for(alice), zipped(instagram()))
    for path, method in ((address, "get"), (f"{address}/skipped", "get"), (f"{address}/start", "post")):
        assert getattr(client_for(bob), method)(path).status_code == 404
    assert client_for(bob).get("/v1/me/imports").json()["results"] == []


def test_archives_leave_the_store_and_imports_the_list(client_for, alice, objects):
    done = brought(client_for(alice), zipped(instagram({"media": [one()]}, **{"media/posts/201707/a.jpg": photo()})))
    assert not [key for key in objects if key.startswith("incoming/")]
    Import.objects.update(finished_at=timezone.now() - timedelta(days=31))
    assert prune_imports() == 1
    assert client_for(alice).get(f"/v1/me/imports/{done['id']}").status_code == 404
    assert ImportItem.objects.exclude(target=None).count() == 2


def test_one_import_and_thirty_cost_the_same_queries(client_for, alice, django_assert_num_queries):
    client = client_for(alice)

    def imports(count: int) -> None:
        for number in range(count):
            Import.objects.create(owner=User.objects.get(pk=alice.pk), key=f"incoming/{number}", state="ready")

    imports(1)
    with django_assert_num_queries(1):
        assert len(client.get("/v1/me/imports").json()["results"]) == 1
    imports(29)
    with django_assert_num_queries(1):
        assert len(client.get("/v1/me/imports?limit=100").json()["results"]) == 30
