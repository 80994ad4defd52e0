"""What a landing leaves for longer runs: a share of the costliest tests, by its commit, so that all have their turn.

`ALL_TESTS=1` in the environment runs all of them; so does `make mutants`.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent.parent
ALL = os.environ.get("ALL_TESTS") == "1"
T = TypeVar("T")


def share(rows: Sequence[T], parts: int) -> list[T]:
    """Every `parts`-th of the rows, from one that the commit says; all of them in a run of all."""
    if ALL:
        return list(rows)
    command = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return list(rows[int(commit or "0", 16) % parts :: parts])
