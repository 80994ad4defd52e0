from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import remove_authenticator
from accounts.models import User


class Command(BaseCommand):
    help = "Removes the second factor of somebody who has lost their app and recovery codes. They are told by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.named(options["name"]).first()
        if user is None:
            raise CommandError(f"There is no {options['name']}.")
        removed = remove_authenticator(user=user)
        self.stdout.write(f"{user.username} logs in with the password alone" + ("" if removed else ", as before"))
