"""Metrics never end the process that counts, and the counts of processes that are gone stay."""

import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from api import metric_files
from api.metric_files import AllocatedDict, Counts
from pystagram.environment import ROOT

COUNTING = """
import os, sys
os.environ["PROMETHEUS_MULTIPROC_DIR"] = sys.argv[1]
from api import metric_files
metric_files.install()
from prometheus_client import CollectorRegistry, Counter
counter = Counter("pages", "Read.", ["name"], registry=CollectorRegistry())
for number in range(int(sys.argv[2])):
    counter.labels(f"{number:0500}").inc()
counter.labels("all").inc(int(sys.argv[2]))
"""
FULL = """
import os
allocate = os.posix_fallocate
def on_a_full_disk(handle, start, size):
    if size > {room}:
        raise OSError(28, "No space left on device")
    allocate(handle, start, size)
os.posix_fallocate = on_a_full_disk
"""


def count(folder: Path, pages: int, before: str = "") -> None:
    """Another process counts so many pages, and ends."""
    done = subprocess.run(
        [sys.executable, "-c", before + COUNTING, str(folder), str(pages)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, (done.returncode, done.stderr)


def total(folder: Path) -> float:
    registry = CollectorRegistry()
    Counts(registry, folder)
    return registry.get_sample_value("pages_total", {"name": "all"}) or 0.0


def test_what_the_dead_counted_stays_in_one_file(tmp_path):
    for _ in range(3):
        count(tmp_path, 2)
    assert len(list(tmp_path.iterdir())) == 3
    assert total(tmp_path) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["counter_dead.db"]
    count(tmp_path, 4)
    assert (total(tmp_path), total(tmp_path)) == (10, 10)


def test_more_than_a_files_first_room(tmp_path):
    for _ in range(2):
        count(tmp_path, 300)  # 160 kB
        assert len(list(tmp_path.iterdir())) <= 2
    assert total(tmp_path) == 600


def test_the_files_of_the_living_are_left_alone(tmp_path):
    living = tmp_path / "counter_1.db"
    AllocatedDict(str(living)).close()
    assert metric_files.merge_dead(tmp_path) == 0
    assert living.exists()


@pytest.mark.parametrize("room", [0, 70_000], ids=["at its start", "while it counts"])
def test_a_full_disk_costs_counts_and_no_process(tmp_path, room):
    count(tmp_path, 300, FULL.format(room=room))  # mounting a small disk needs root
    assert total(tmp_path) == 0, "they were counted in memory"


def test_a_full_disk_costs_no_scrape(tmp_path, monkeypatch):
    count(tmp_path, 2)

    def no_room(*_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(metric_files.os, "posix_fallocate", no_room)  # mounting a small disk needs root
    assert total(tmp_path) == 2
    monkeypatch.undo()
    assert total(tmp_path) == 2
    assert len(list(tmp_path.iterdir())) == 1
