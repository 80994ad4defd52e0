"""What became of each file: a line of JSON each, so that a run goes on where it was stopped, and a table."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple


class Result(NamedTuple):
    """One file's end. `difference` is how far its picture is from the reference decoder's, of 255; None if either has
    none. `thumbnail` is the name of our picture of it, `reference` of the other."""

    name: str
    digest: str
    format: str
    state: str
    code: str
    seconds: float
    notices: list[str]
    width: int | None = None
    height: int | None = None
    difference: float | None = None
    thumbnail: str = ""
    reference: str = ""


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_in(folder: Path) -> list[Path]:
    """Every file in the folder and below, in order; hidden ones are left out."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


class Results:
    """The results in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.journal = folder, folder / "results.jsonl"
        self.known = {(one.name, one.digest): one for one in self._read()}

    def _read(self) -> Iterator[Result]:
        if not self.journal.exists():
            return
        for line in self.journal.read_text().splitlines():
            try:
                yield Result(**json.loads(line))
            except (ValueError, TypeError):  # the line that a kill cut
                continue

    def add(self, result: Result) -> None:
        is_cut = self.journal.exists() and not self.journal.read_bytes().endswith(b"\n")
        with self.journal.open("a") as journal:
            journal.write("\n" * is_cut + json.dumps(result._asdict()) + "\n")
        self.known[result.name, result.digest] = result


def table(results: list[Result]) -> str:
    """Markdown."""
    columns = "| file | format | state | code | seconds | size | difference | notices |"
    return "\n".join([columns, "|---|---|---|---|--:|---|--:|---|", *map(_row, results)]) + "\n"


def _row(one: Result) -> str:
    size = f"{one.width} × {one.height}" if one.width else ""
    difference = "" if one.difference is None else f"{one.difference:.1f}"
    cells: list[Any] = [one.name, one.format, one.state, one.code, f"{one.seconds:.2f}", size, difference]
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} | {' '.join(one.notices)} |"


def summary(results: list[Result]) -> list[str]:
    """How many ended how."""
    ends = [one.state + (f" {one.code}" if one.code else "") for one in results]
    return [f"{ends.count(end):6} {end}" for end in sorted(set(ends), key=lambda end: -ends.count(end))]
