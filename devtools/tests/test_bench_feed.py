"""`manage.py bench feed`: its books, and all of it once on a world of a few people."""

import json
import os
import struct
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from accounts.models import Session
from devtools.bench.feed import options
from devtools.bench.feed.load.http import Call
from devtools.bench.feed.load.loop import Exchange
from devtools.bench.feed.parts.writes import CLIENTS
from devtools.bench.feed.reporting import section
from devtools.bench.feed.reporting.rows import failures, rows
from devtools.bench.feed.results import Results
from devtools.bench.feed.runner import PARTS, chosen
from devtools.bench.feed.soak.audit import compared
from devtools.bench.feed.soak.ledger import Ledger, Publication, Switch
from devtools.bench.feed.soak.mix import Mix
from devtools.bench.feed.soak.probes import Findings
from devtools.bench.feed.stack import ROOT, environment, forget
from devtools.bench.feed.world.copying import binary_rows, defaults, microseconds
from devtools.bench.feed.world.graph import MAX_FOLLOWS, Graph
from devtools.bench.feed.world.sizes import size_of
from tests.support.landing import ALL


def answered(one: Call, status: int) -> Exchange:
    return Exchange(one, 0.0, status=status)


def test_nothing_of_the_bench_points_at_other_servers(monkeypatch, tmp_path):
    """Whatever a developer's shell has set: the world must not be written into their database."""
    for name in ("DATABASE_URL", "REDIS_URL", "FEEDS_REDIS_URL", "CELERY_BROKER_URL", "S3_BUCKET", "EMAIL_URL"):
        monkeypatch.setenv(name, "postgres://somewhere.example/else")
    found = environment(tmp_path, 1)
    assert not [name for name, value in found.items() if "somewhere.example" in value]
    assert found["PYSTAGRAM_VAR"] == str(tmp_path)


# -- the world ---------------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_graph():
    size = size_of(2000, None, 7)
    one, other = Graph(size).ordinary(0, 500), Graph(size).ordinary(0, 500)
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    another = Graph(size_of(2000, None, 8)).ordinary(0, 500)
    assert len(another[0]) != len(one[0]) or (another[1] != one[1]).any()


def test_follows_are_pairs_of_different_people_each_once():
    size = size_of(2000, None, 1)
    followers, followees = Graph(size).ordinary(0, size.people)
    pairs = set(zip(followers.tolist(), followees.tolist(), strict=True))
    assert len(pairs) == len(followers)
    assert (followers != followees).all()
    assert np.bincount(followers).max() <= MAX_FOLLOWS
    counts = np.sort(np.bincount(followees))[::-1]
    assert counts[:20].sum() > 4 * counts[1000:1020].sum()  # a few have most


def test_stars_and_viewers_have_what_they_are_called_by():
    size = size_of(2000, None, 1)
    followers, followees = Graph(size).special()
    for count, star in size.stars.items():
        assert sorted(followers[followees == star].tolist()) == list(range(1, count + 1))
    for count, viewer in size.followers_of_many.items():
        assert (followers == viewer).sum() == count
    assert all(followees[followers == viewer].min() > size.quiet for viewer in size.sparse)


def test_binary_rows_are_what_postgresql_reads():
    columns: dict[str, Any] = {"a": (">i8", np.array([1, -1])), "b": ("S2", b"ok"), "c": ("V0", b""), "d": (">i2", 7)}
    data = binary_rows(columns, 2)
    one = struct.pack(">hiqi2siih", 4, 8, 1, 2, b"ok", 0, 2, 7)
    assert data == one + struct.pack(">hiqi2siih", 4, 8, -1, 2, b"ok", 0, 2, 7)
    assert microseconds(datetime(2000, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1_000_000


def test_columns_that_nobody_gives_are_filled_as_django_would():
    now = datetime.now(UTC)
    found = defaults(Session, ["id", "user_id", "refresh_jti"], now)
    assert found["created_at"] == found["last_used_at"] == now
    assert found["user_agent"] == ""
    assert "revoked_at" not in found  # may be null


# -- results and the document ------------------------------------------------------------------------


def test_results_go_on_where_they_ended_but_not_at_another_commit(tmp_path):
    path = tmp_path / "results.json"
    Results(path, {"revision": "a"}).keep("lists", {"x": 1})
    assert Results(path, {"revision": "a"}).parts == {"lists": {"x": 1}}
    assert Results(path, {"revision": "b"}).parts == {}


def test_the_section_takes_the_place_of_the_old_one():
    document = f"# B\n\n## Other\n\ntext\n\n{section.HEADING}\n\nold\n\n### sub\n\n## Last\n\nmore\n"
    new = section.placed(document, f"{section.HEADING}\n\nnew\n")
    assert "old" not in new
    assert new.index("## Other") < new.index("new") < new.index("## Last")
    assert section.placed(new, f"{section.HEADING}\n\nnew\n") == new
    assert section.placed("# B\n", f"{section.HEADING}\n\nnew\n") == f"# B\n\n{section.HEADING}\n\nnew\n"


def test_what_was_not_measured_is_said():
    assert all(row.met is None and "not measured" in row.measured for row in rows({}))


def test_any_finding_of_the_audit_is_a_failure():
    good = {"audit": {"posts lost": 0, "feeds compared": 200}, "leaks": []}
    assert failures(good) == {}
    assert failures({"audit": {"posts lost": 1}, "leaks": ["x"]}) == {"posts lost": 1, "leaks": 1}


def test_every_part_can_be_asked_for():
    assert (options.WORLD, *PARTS) == options.PARTS
    assert chosen({"only": ["soak", "lists"], "soak": 0}) == ["lists", "soak"]
    assert chosen({"only": [options.WORLD], "soak": 5}) == []
    assert chosen({"only": None, "soak": 5}) == list(PARTS)
    assert "soak" not in chosen({"only": None, "soak": 0})


# -- the soak's books --------------------------------------------------------------------------------


def test_feeds_are_compared_with_the_truth():
    assert sum(compared([3, 2, 1], [3, 2, 1]).values()) == 0
    assert compared([3, 3, 9], [3, 2, 1]) == {"posts missing": 2, "posts forbidden": 1, "posts twice in a feed": 1}


def test_a_switch_is_settled_by_its_last_answer():
    on, off = Call(b"PUT"), Call(b"DELETE")
    switch = Switch("like", 1, 2, [on, off])
    assert switch.first() is on
    assert switch.then(answered(on, 200)) is off
    assert not switch.is_settled
    assert switch.then(answered(off, 204)) is None
    assert (switch.is_settled, switch.is_on) == (True, False)


def test_a_switch_that_was_refused_is_not_settled():
    switch = Switch("like", 1, 2, [Call(b"PUT"), Call(b"DELETE")])
    assert switch.then(answered(switch.first(), 404)) is None
    assert (switch.is_settled, switch.is_refused) == (False, True)


def test_what_was_not_answered_well_is_sent_again(monkeypatch):
    monkeypatch.setattr("devtools.bench.feed.soak.mix.open_posts", lambda bench, count, but_of: [1])
    monkeypatch.setattr("devtools.bench.feed.soak.mix.probed_authors", lambda bench: [])
    people = size_of(100, 10, 1)
    mix = Mix(SimpleNamespace(size=people, ordinary=[1]), Ledger(), Findings(), "test")  # type: ignore[arg-type]
    mix.ended, mix.start = True, 0.0
    errand = Publication(Call(b""), 1, "key")
    one = Call(b"POST", about=errand)
    for status in (0, 409, 500, 503):
        mix.heard(answered(one, status))
        assert [again for _, again in mix] == [one]
    mix.heard(answered(one, 201))
    assert list(mix) == []
    assert errand.status == 201


def test_probes_notice_a_post_that_must_not_be_there():
    findings = Findings()
    body = json.dumps({"results": [{"author": {"id": "5"}}]}).encode()
    findings.look(Exchange(Call(b""), 0, status=200, body=body), 6, "blocked")
    findings.look(Exchange(Call(b""), 0, status=404, body=b"{}"), 5, "blocked")
    assert (findings.looks, findings.leaks) == (2, [])
    findings.look(Exchange(Call(b""), 0, status=200, body=body), 5, "blocked")
    assert len(findings.leaks) == 1


# -- all of it ---------------------------------------------------------------------------------------

# A landing leaves out what takes minutes even of a tiny world: stops, stars and the soak.
QUICK = [name for name in PARTS if ALL or name not in {"restart", "fan-out", "soak"}]
ONLY = [word for name in QUICK for word in ("--only", name)]
TINY = ["--people", "150", "--seconds", "0.2", "--repeat", "1", "--soak", "0.3", "--force", *ONLY, "--write"]


@pytest.mark.slow
def test_all_of_it_on_a_tiny_world(tmp_path):
    """Every part finds something, fails at nothing, and ends in the document; nothing is left running.

    At a landing the quick parts do.
    """
    command = [sys.executable, "manage.py", "bench", "feed", *TINY, str(tmp_path / "docs")]
    own = {**os.environ, "PYSTAGRAM_VAR": str(tmp_path / "var"), "PYSTAGRAM_ENV": "development"}
    try:
        answer = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=900, check=False)
        assert answer.returncode == 0, answer.stderr[-3000:]
        look_at_results(tmp_path)
    finally:
        for world in (tmp_path / "var" / "bench").glob("*/stack.lock"):
            forget(world.parent)


def look_at_results(tmp_path):
    results = next((tmp_path / "var" / "bench").glob("*/results.json"))
    parts = json.loads(results.read_text())["parts"]
    assert set(parts) == set(QUICK)
    loads = [parts["lists"]["lists"], parts["writes"]["writes"], parts["writes"]["likes"], parts["follows"]["pulled"]]
    refused = {name: failures_of(rounds) for found in loads for name, rounds in found.items()}
    for name in ("one client", "many clients"):
        refused[name] = failures_of(one for found in parts[name]["rounds"] for one in found.values())
    # A disk that is slow for a moment is a silent PostgreSQL (503) for those who wait just then, and for no others.
    assert all(set(some) <= {"503"} and some.total() < CLIENTS for some in refused.values()), refused
    assert parts["writes"]["told"]["likes"] > 0
    if ALL:
        look_at_long_parts(parts)
    written = (tmp_path / "docs" / "benchmarks.md").read_text()
    assert ("not measured" not in written) == ALL
    assert (tmp_path / "docs" / "plots" / "feed.png").stat().st_size > 10_000


def failures_of(rounds):
    """How many calls ended with each status that is no 2xx or 3xx."""
    return sum((Counter(one["failures"]) for one in rounds if "failed" in one), Counter())


def look_at_long_parts(parts):
    assert all(one["lost"] == 0 for one in parts["fan-out"]["stars"].values())
    assert failures(parts["soak"]) == {}
    assert parts["soak"]["probes"] > 0
    assert parts["soak"]["seen by probes"] > 0
