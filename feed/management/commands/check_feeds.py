"""`manage.py check_feeds [--sample N] [--repair]`"""

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from api.maintenance import MaintenanceCommand
from feed import audit


class Command(MaintenanceCommand):
    help = (
        "Compares precomputed feeds with the SQL truth. Ends with 1 if a feed misses posts or shows forbidden ones "
        "and was not repaired. (Extra entries, of people no longer followed, are never shown.)"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sample", type=int, metavar="N", help="look at N feeds only")
        parser.add_argument("--repair", action="store_true", help="build anew what differs")

    def handle(self, *args: Any, sample: int | None, repair: bool, **options: Any) -> None:
        totals = audit.Totals()
        owners = islice(audit.all_owners(), sample)
        for user_id in tqdm(owners, unit="feed", file=self.stderr, disable=not self.stderr.isatty()):
            difference = audit.check(user_id, totals, repair=repair)
            if difference:
                self.stdout.write(f"user {user_id}: {_counts(difference)}")
        self.stdout.write(str(totals))
        if (totals.missing or totals.forbidden) and not repair:
            raise CommandError("feeds differ from the SQL truth; --repair builds them anew")


def _counts(difference: audit.Difference) -> str:
    return f"missing={len(difference.missing)} extra={len(difference.extra)} forbidden={len(difference.forbidden)}"
