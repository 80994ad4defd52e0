"""How much memory the stack's PostgreSQL takes for pages."""

import os

import pytest

from devtools.stack.servers import MB, Postgres, shared_buffers


@pytest.mark.parametrize(
    ("memory", "buffers"), [(512 * MB, 128 * MB), (4096 * MB, 512 * MB), (64 * 1024 * MB, 1024 * MB)]
)
def test_it_is_an_eighth_within_bounds(monkeypatch, memory, buffers):
    # Not this machine's memory, of which the test would say again what the code does.
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": memory // 4096, "SC_PAGE_SIZE": 4096}.__getitem__)
    assert shared_buffers() == buffers


def test_throw_away_servers_keep_the_small_default(tmp_path):
    kept, scratch = (
        Postgres(tmp_path, tmp_path, None, tmp_path / "log", scratch=scratch).program().argv
        for scratch in (None, tmp_path)
    )
    assert [word for word in kept if str(word).startswith("shared_buffers=")]
    assert not [word for word in scratch if str(word).startswith("shared_buffers=")]
