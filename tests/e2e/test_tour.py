"""The README's tour, run literally against the whole stack: docs that lie fail here."""

import contextlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.s3_server import s3_server
from tests.support.stack_run import ROOT, StackRun

pytestmark = pytest.mark.slow


@pytest.fixture(params=["folder", "bucket"])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StackRun]:
    """Everything, without the demo; media in a folder, or in a bucket."""
    run = StackRun(tmp_path / "var", "--no-demo")
    with contextlib.ExitStack() as open_until_the_end:
        if request.param == "bucket":
            run.variables |= open_until_the_end.enter_context(s3_server()).environment()
        open_until_the_end.callback(run.clear)
        run.start()
        yield run


def tour() -> str:
    """The shell lines after the tour's mark in the README."""
    found = re.search(r"<!-- tour -->\n```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found, "the README has lost its tour"
    return found[1]


def test_the_tour_does_what_it_says(stack):
    variables = {**stack.environment(), "API": f"http://127.0.0.1:{stack.port}/v1"}
    command = ["bash", "-euo", "pipefail", "-c", tour()]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False)
    said = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, said
    lines = done.stdout.splitlines()
    assert lines[0] == '{"state":"following"}', said
    caption = next(number for number, line in enumerate(lines) if line.startswith("Two pictures from the #tour"))
    assert lines[caption + 1] == "cache", said
    assert re.fullmatch(r"feed in \d\.\d+ s", lines[caption + 2]), said
    size = re.fullmatch(r"rendition of (\d+) bytes", lines[caption + 3])
    assert size, said
    assert int(size[1]) > 10_000, said
    assert lines[caption + 4].endswith("01-lake-sherburne.jpg:1"), said  # the original has its metadata
    assert lines[caption + 5].endswith("rendition.webp:0"), said
    assert lines[caption + 6] == "same bytes", said
    assert lines[caption + 7] == "404", said
    assert '"reaction":"like"' in lines[caption + 8], said
    assert '"text":"Thank you"' in lines[caption + 9], said
    assert lines[caption + 10] == "Lakes", said
    assert lines[caption + 11] == '"kind":"comment" "kind":"follow" "kind":"like"', said
    shown = subprocess.run(
        [ROOT / ".venv/bin/python", "manage.py", "show_feed", re.findall(r"@(ben\.\d+)", done.stdout)[0]],
        cwd=ROOT, env=stack.environment(), capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    assert "worker" in shown, shown
