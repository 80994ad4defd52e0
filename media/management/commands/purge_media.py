from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from api.maintenance import MaintenanceCommand
from events.actions import note_run
from media.actions.purging import Tally, clear_leftovers, is_referred_to, purge, purgeable
from media.stores.layout import Unavailable
from media.stores.locks import Busy, no_other


class Command(MaintenanceCommand):
    help = (
        "Removes for good the media that are past their grace period and referred to by nothing. Without --yes it only "
        "says which. Run it with credentials of its own that may delete; the API and the workers need none that can."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="really remove them")
        parser.add_argument("--days", type=int, default=settings.MEDIA_GRACE_DAYS, help="the grace period, in days")

    def handle(self, *, yes: bool, days: int, **options: Any) -> None:
        before = timezone.now() - timedelta(days=days)
        if not yes:
            rows = [media for media in purgeable(before).select_related("blob") if not is_referred_to(media)]
            for media in rows:
                self.stdout.write(f"would remove {media} ({media.blob.size} bytes) of user {media.owner_id}")
            self.stdout.write(f"{len(rows)} media would be removed; --yes removes them")
            return
        tally = Tally()
        try:
            with no_other():
                for media in purge(before, tally):
                    self.stdout.write(f"removed {media} of user {media.owner_id}")
                clear_leftovers()
        except Busy as error:
            raise CommandError(str(error)) from None
        except Unavailable as error:
            raise CommandError(f"stopped: {error.detail}; run it again to go on from here") from None
        note_run(job="purge_media")
        self.stdout.write(f"{tally.media} media and {tally.originals} originals removed, {tally.bytes} bytes")
