"""The runs of `manage.py bench media-mixed`: one for each order and number of workers, in a database of their own.

Each is written down when it is over, so that a benchmark that was stopped goes on with the next.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import override_settings
from tqdm import tqdm

from devtools.bench import mixed
from devtools.bench.mixed import Waited


def known(journal: Path) -> list[Waited]:
    """What earlier runs found; a line that was cut is left out."""
    found = []
    for line in journal.read_text().splitlines() if journal.exists() else []:
        try:
            found.append(Waited(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def missing(workers: Sequence[int], found: list[Waited]) -> list[tuple[int, str]]:
    """Both orders of one number of workers stand beside each other, for whatever else the machine does."""
    done = {(one.workers, one.order) for one in found}
    return [(count, order) for count in workers for order in mixed.ORDERS if (count, order) not in done]


def run(workers: Sequence[int], journal: Path) -> list[Waited]:
    """Runs what is missing, and returns all."""
    wanted = missing(workers, known(journal))
    if wanted:
        journal.parent.mkdir(parents=True, exist_ok=True)
        with _throw_away(), tqdm(total=len(wanted) * sum(mixed.COUNTS.values()), unit="file", disable=None) as bar:
            given = mixed.files()
            for count, order in wanted:
                bar.set_description(f"{count} workers, {order}")
                found = mixed.run(count, order, given, bar.update)
                with journal.open("a") as lines:
                    lines.write(json.dumps(found._asdict()) + "\n")
    return known(journal)


@contextmanager
def _throw_away() -> Iterator[None]:
    """A database and a folder for media that are gone afterwards."""
    own = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=Path(folder)):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(own, verbosity=0)
