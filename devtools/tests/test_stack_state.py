"""What `make run` writes for other terminals is not for other accounts of the machine."""

import os
import stat

import pytest

from devtools.stack import state


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_the_addresses_of_the_servers_are_their_owners_alone(tmp_path, monkeypatch, mask):
    """Also where a run of an older version left one that everybody may read."""
    # The folder is settled when the module is imported, of the process's environment.
    monkeypatch.setattr(state, "STATE", tmp_path)
    monkeypatch.setattr(state, "ENVIRONMENT_FILE", tmp_path / "stack.env")
    (tmp_path / "stack.env").write_text("DATABASE_URL=old\n")
    (tmp_path / "stack.new").write_text("half")
    before = os.umask(mask)
    try:
        state.write_environment({"DATABASE_URL": "postgres://me:secret@db/pystagram", "PORT": "8000"})
    finally:
        os.umask(before)
    written = (tmp_path / "stack.env").stat()
    assert stat.S_IMODE(written.st_mode) == 0o600
    assert (written.st_uid, written.st_gid) == (tmp_path.stat().st_uid, tmp_path.stat().st_gid)
    assert (tmp_path / "stack.env").read_text().startswith("DATABASE_URL=postgres://me:secret@db/pystagram\n")
    assert not (tmp_path / "stack.new").exists()
