from itertools import islice
from typing import Any

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from api.maintenance import MaintenanceCommand
from media.actions.hashing import all_unhashed, hash_old, unhashed
from media.stores.layout import Unavailable


class Command(MaintenanceCommand):
    help = (
        "Makes the perceptual hashes of photos and videos that were processed before there were any, so that near "
        "copies of a refused image are found among them. May be stopped: the next run goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="make at most so many")

    def handle(self, *, limit: int | None, **options: Any) -> None:
        total, made = unhashed().count(), 0
        with tqdm(total=min(total, limit or total), unit="image", disable=None) as bar:
            for media in islice(all_unhashed(), limit):
                try:
                    made += hash_old(media_id=media.pk)
                except Unavailable as error:
                    raise CommandError(f"stopped after {made}: {error.detail}; a new run goes on") from None
                bar.update()
        self.stdout.write(f"{made} made; {unhashed().count()} without a hash are left")
