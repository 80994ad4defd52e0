from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounts.actions import repeat_deletion
from accounts.models import User
from api.maintenance import MaintenanceCommand


class Command(MaintenanceCommand):
    help = (
        "Lists who asked for their account to be deleted, and when it is purged. With --purged, the numbers of those "
        "who were: keep them apart from the backups. With --repeat, purges these again after one was restored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--purged", action="store_true", help="list the numbers of those who were purged")
        parser.add_argument("--repeat", type=Path, metavar="FILE", help="purge the people of such a list again")

    def handle(self, *, purged: bool, repeat: Path | None, **options: Any) -> None:
        if repeat is not None:
            numbers = [int(line) for line in repeat.read_text().split()]
            count = sum(repeat_deletion(user_id=number) for number in numbers)
            self.stdout.write(f"{count} of {len(numbers)} are purged again; the workers do it")
        elif purged:
            for number in User.objects.get_queryset().purged().order_by("pk").values_list("pk", flat=True):
                self.stdout.write(str(number))
        else:
            self.list_pending()

    def list_pending(self) -> None:
        pending = User.objects.get_queryset().filter(deleted_at__isnull=False, purged_at__isnull=True)
        for person in pending.order_by("deleted_at"):
            self.stdout.write(f"{person.pk} {person.username}: to be purged at {person.purge_at:%Y-%m-%d %H:%M} UTC")
