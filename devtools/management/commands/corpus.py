"""`manage.py corpus DIR`: what becomes of every file in a folder."""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from devtools.corpus import run
from devtools.corpus.receiving import InProcess, RunningApi
from devtools.corpus.results import summary


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without a line in the log for each request, between which the progress could not be seen."""
    access = logging.getLogger("pystagram.access")
    before = access.level
    access.setLevel(logging.WARNING)
    try:
        yield
    finally:
        access.setLevel(before)


class Command(BaseCommand):
    help = "Sends every file of a folder, and shows what became of it beside a reference decoder. Goes on where it was."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--out", type=Path, default=Path("var/corpus"), help="for the table and the contact sheets")
        parser.add_argument("--url", help="a running API; without it, this process and its database do the work")
        parser.add_argument("--token", default="", help="an access token for it")

    def handle(self, *, folder: Path, out: Path, url: str | None, token: str, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder")
        api = RunningApi(url, token) if url else InProcess()
        with _quiet(), tqdm(unit="file", file=self.stderr, disable=options["verbosity"] < 1) as bar:

            def step(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            results = run.run(api, folder, out, step)
        self.stdout.write("\n".join(summary(results)))
        self.stdout.write(f"{out / 'table.md'} and the contact sheets beside it have each file.")
