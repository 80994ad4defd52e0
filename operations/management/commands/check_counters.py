"""`manage.py check_counters [--repair]`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from api.maintenance import MaintenanceCommand
from operations.actions import mend
from operations.counters import all_counters, differences


class Command(MaintenanceCommand):
    help = (
        "Compares the counters of posts, comments and people with the rows that they count, while everything runs. "
        "Ends with 1 if one differs and was not repaired."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set what differs to the number of rows")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        found = 0
        for counter in all_counters():
            with tqdm(unit="row", desc=counter.name, file=self.stderr, disable=not self.stderr.isatty()) as bar:
                for difference in differences(counter, bar.update):
                    found += 1
                    self.stdout.write(str(difference))
                    if repair:
                        mend(difference=difference)
        self.stdout.write(f"{found} differ" + (", repaired" if found and repair else ""))
        if found and not repair:
            raise CommandError("counters differ from the rows; --repair sets them right")
