from collections import Counter
from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from api.maintenance import MaintenanceCommand
from media.stores.layout import Unavailable
from operations.rebuilding import Outcome, rebuild_all


class Command(MaintenanceCommand):
    help = (
        "Makes rows for media that the storage has and the database has lost, from the notes beside their originals, "
        "and has their renditions made again. Deletes and replaces nothing; may be cut short and run again. Ends with "
        "status 1 if some could not be rebuilt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--make-owners", action="store_true", help="make private accounts without a password for lost owners"
        )

    def handle(self, *, make_owners: bool, **options: Any) -> None:
        counts: Counter[str] = Counter()
        try:
            for outcome in rebuild_all(make_owners=make_owners, progress=partial(tqdm, unit="note", disable=None)):
                counts[self.show(outcome).result] += 1
        except Unavailable as error:
            raise CommandError(f"stopped: {error.detail}; run it again to go on from here") from None
        self.stdout.write(f"{counts['rebuilt']} media rebuilt")
        failed = counts.total() - counts["rebuilt"] - counts["purged"]
        if failed:
            raise CommandError(f"{failed} could not be rebuilt")

    def show(self, outcome: Outcome) -> Outcome:
        self.stdout.write(f"{outcome.result}: {outcome.key} ({outcome.detail})")
        return outcome
