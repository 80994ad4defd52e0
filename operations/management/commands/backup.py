from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from api.maintenance import MaintenanceCommand
from events.actions import note_run
from media.stores.layout import Unavailable
from media.stores.locks import Busy
from operations.backups.folder import Refused
from operations.backups.taking import back_up


class Command(MaintenanceCommand):
    help = (
        "Backs up database and media into a folder, or brings the backup in there up to date. It may be cut short "
        "and run again; until it is done the last one stays whole. Ends with status 1 if the store has lost originals."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--prune", action="store_true", help="remove objects that are no longer in the storage")

        parser.add_argument(
            "--only-new",
            action="store_true",
            help="do not read originals again that were copied before; check_media finds what rotted",
        )

    def handle(self, *, folder: Path, prune: bool, only_new: bool, **options: Any) -> None:
        try:
            summary, wrong = back_up(
                folder, prune=prune, reread=not only_new, progress=partial(tqdm, unit="object", disable=None)
            )
        except (Refused, Busy) as error:
            raise CommandError(str(error)) from None
        except Unavailable as error:
            raise CommandError(f"stopped: {error.detail}; run it again to go on from here") from None
        note_run(job="backup")
        rows = sum(summary.tables.values())
        self.stdout.write(f"{rows} rows, {summary.objects} objects of {summary.object_bytes} bytes: {folder}")
        for line in wrong:
            self.stdout.write(line)
        if wrong:
            raise CommandError(f"{len(wrong)} originals are not sound in the storage: see manage.py check_media")
