from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import invite


class Command(BaseCommand):
    help = "Prints a code with which people may register, when PYSTAGRAM_REGISTRATION is invitation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--uses", type=int, default=1, help="how many people may use it (1)")
        parser.add_argument("--days", type=int, default=14, help="for how many days (14)")
        parser.add_argument("--note", default="", help="whom it is for, as the admin shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["uses"] < 1 or not 1 <= options["days"] <= 3650:
            raise CommandError("--uses is 1 or more, --days 1 to 3650.")
        code = invite(uses=options["uses"], days=options["days"], note=options["note"][:100])
        self.stdout.write(code)
