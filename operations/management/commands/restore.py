from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from api.maintenance import MaintenanceCommand
from media.stores.layout import Unavailable
from operations.backups.folder import Refused
from operations.backups.restoring import check, restore


class Command(MaintenanceCommand):
    help = (
        "Restores a backup into the configured database and storage, which must be empty, and compares every hash and "
        "count with the backup's. Ends with status 1 if anything is missing or different, and says what."
    )
    requires_system_checks: list[str] = []  # there may be nothing yet that they could look at

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--over", action="store_true", help="replace the tables, add to the media that are there")
        parser.add_argument("--check", action="store_true", help="only read the backup and say whether it is sound")

    def handle(self, *, folder: Path, over: bool, check: bool, **options: Any) -> None:
        try:
            wrong = self.findings(folder, over=over, only_check=check)
        except Refused as error:
            raise CommandError(str(error)) from None
        except Unavailable as error:
            raise CommandError(f"stopped: {error.detail}; run it again with --over") from None
        if wrong:
            raise CommandError(f"{wrong} not sound")
        self.stdout.write("all sound")
        if not check:
            self.stdout.write("Next: manage.py migrate (if this code is newer), flush Redis, manage.py doctor")

    def findings(self, folder: Path, *, over: bool, only_check: bool) -> int:
        """How many things are wrong, each shown as it is faults."""
        progress = partial(tqdm, unit="object", disable=None)
        faults = check(folder, progress=progress) if only_check else restore(folder, over=over, progress=progress)
        number = 0
        for number, line in enumerate(faults, 1):  # noqa: B007 - the last number is what is wanted
            self.stdout.write(line)
        return number
