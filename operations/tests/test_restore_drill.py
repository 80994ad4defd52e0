"""The drill: an instance in use is backed up and comes back elsewhere, with another database and another storage."""

import contextlib
import http.client
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from media.tests.support.objects import BucketObjects, FolderObjects
from pystagram.environment import ROOT
from tests.support.faulty_world import FaultyWorld, picture
from tests.support.s3_server import S3Server, s3_server
from tests.support.stack_run import eventually

pytestmark = pytest.mark.slow
VIDEO = ROOT / "devtools" / "demo" / "videos" / "lake-pan.mp4"


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyWorld]:
    """The instance that will be lost, with its media in a folder."""
    world = FaultyWorld(tmp_path_factory.mktemp("lost"))
    with world.running():
        yield world


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, bucket: S3Server) -> Iterator[FaultyWorld]:
    """The instance that takes its place, empty, with its media in a bucket."""
    world = FaultyWorld(tmp_path_factory.mktemp("fresh"))
    world.stack.variables |= bucket.environment()
    try:
        world.stack.options = ("--only-servers",)
        world.stack.start("DATABASE_URL=")
        yield world
    finally:
        world.clear()


def manage(world: FaultyWorld, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, ROOT / "manage.py", *arguments]
    variables = world.stack.environment()
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=120, check=False)


def test_the_drill(lost, fresh, bucket, tmp_path):
    photo = picture()
    media = lost.upload(photo).json["id"]
    video = lost.upload(VIDEO.read_bytes()).json["id"]
    assert eventually(lambda: lost.state_of(media) == "ready", 60)
    posts = lost.published(3)
    story = lost.call("POST", "/v1/stories", "alice", {"media": media}).json["id"]
    assert lost.call("PUT", f"/v1/posts/{posts[0]}/like", "bob").status == 200

    backup = tmp_path / "backup"
    with lost.using(lost.publish):  # people go on meanwhile
        taken = manage(lost, "backup", backup)
    assert taken.returncode == 0, taken.stdout + taken.stderr

    spoiled = spoil_two(backup)
    partly = manage(fresh, "restore", backup)
    assert partly.returncode == 1, partly.stdout + partly.stderr
    assert all(key in partly.stdout for key in spoiled), partly.stdout + partly.stderr
    assert manage(fresh, "restore", backup).returncode == 1, "neither database nor bucket is empty"
    for key, data in spoiled.items():
        (backup / "objects" / key).write_bytes(data)
    restored = manage(fresh, "restore", backup, "--over")
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "all sound" in restored.stdout

    there = BucketObjects(bucket.client(), bucket.bucket, bucket.gate)
    assert dict(there) == dict(FolderObjects(backup / "objects"))
    check_second_backup(fresh, backup, tmp_path / "again")

    start_whole(fresh)
    fresh.tokens = {name: fresh.log_in(name).json["access"] for name in ("alice", "bob")}
    assert fresh.shows(posts)
    assert fresh.call("GET", f"/v1/posts/{posts[0]}", "bob").json["viewer"]["reaction"] == "like"
    assert fresh.call("GET", f"/v1/stories/{story}", "bob").status == 200
    assert original(fresh, media) == photo
    assert original(fresh, video) == VIDEO.read_bytes()
    fresh.photo = media
    assert fresh.publish().status == 201


def original(world: FaultyWorld, media_id: str) -> bytes:
    """What alice downloads, by the redirect to the bucket."""
    headers = {"Authorization": f"Bearer {world.tokens['alice']}"}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", world.stack.port, timeout=10)) as connection:
        connection.request("GET", f"/v1/media/{media_id}/original", headers=headers)
        address = str(connection.getresponse().getheader("Location"))
    with urlopen(address, timeout=10) as answer:  # noqa: S310 - an address of the test
        return bytes(answer.read())


def spoil_two(backup: Path) -> dict[str, bytes]:
    """One original is lost from the backup and one rots; their keys and what they were."""
    held = FolderObjects(backup / "objects")
    missing, rotten = held.originals()[:2]
    before = {key: held[key] for key in (missing, rotten)}
    del held[missing]
    held[rotten] = before[rotten][:-1] + bytes([before[rotten][-1] ^ 1])
    return before


def check_second_backup(fresh: FaultyWorld, first: Path, second: Path) -> None:
    """A backup of what was restored, from the bucket, is the same again: counts, hashes, bytes."""
    taken = manage(fresh, "backup", second)
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert sorted((second / "objects.tsv").read_text().splitlines()) == sorted(
        (first / "objects.tsv").read_text().splitlines()
    )
    tables = [(folder / "backup.json").read_text().partition('"tables"')[2] for folder in (first, second)]
    assert tables[0] == tables[1]


def start_whole(world: FaultyWorld) -> None:
    """The servers that hold the restored data go on with everything else beside them."""
    world.stack.end(15)  # type: ignore[arg-type]
    assert eventually(lambda: not world.stack.processes(), 10)
    world.stack.options = ()
    world.stack.start()
