from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from api.maintenance import MaintenanceCommand
from events.actions import note_run
from media.actions.checking import Finding, all_due, check_blob, strays
from media.models import Blob
from media.stores.layout import Unavailable

LATELY = timedelta(days=1)


class Command(MaintenanceCommand):
    help = (
        "Reads and hashes every original again (longest unchecked first), and looks for objects without a row. Deletes "
        "nothing; heals from STORAGES['second'] where that is set. Ends with status 1 if anything is not sound."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--resume", action="store_true", help="skip what was checked within the last day")
        parser.add_argument("--limit", type=int, help="check at most so many originals")

    def handle(self, *, resume: bool, limit: int | None, **options: Any) -> None:
        before = timezone.now() - (LATELY if resume else timedelta())
        try:
            findings = [*self.originals(before, limit), *(() if limit else map(self.show, strays()))]
        except Unavailable as error:
            raise CommandError(f"stopped: {error.detail}; --resume goes on from here") from None
        if not limit:
            note_run(job="check_media")
        unsound = sum(finding.problem != "healed" for finding in findings)
        if unsound:
            raise CommandError(f"{unsound} not sound", returncode=1)
        self.stdout.write("all sound")

    def originals(self, before: Any, limit: int | None) -> list[Finding]:
        """Checks what is due, showing how far it is."""
        total = Blob.objects.filter(state=Blob.State.STORED).count()
        found: list[Finding] = []
        with tqdm(total=min(total, limit or total), unit="original", disable=None) as bar:
            for blob in islice(all_due(before), limit):
                finding = check_blob(blob)
                found += [self.show(finding)] if finding else []
                bar.update()
        return found

    def show(self, finding: Finding) -> Finding:
        self.stdout.write(f"{finding.problem}: {finding.key} ({finding.detail})")
        return finding
