import getpass
import os
import secrets
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import make_administrator
from accounts.models import User
from moderation.actions import join_administrators

PASSWORD_VARIABLE = "DJANGO_SUPERUSER_PASSWORD"  # noqa: S105 (as createsuperuser's)
NO_PASSWORD = (
    f"There is no terminal to ask for a password. Give it in {PASSWORD_VARIABLE} or as a line of standard input, or "
    "let one be made with --generate-password."
)


class Command(BaseCommand):
    help = (
        "Makes the first administrator, or makes one of somebody who is there. Repeating it changes nothing more. The "
        f"password is asked for, or read from {PASSWORD_VARIABLE}, or from standard input that is no terminal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--admin", required=True, metavar="NAME", help="user name of the administrator")
        parser.add_argument("--email", help="address of a new account (default: NAME@localhost.localdomain)")
        parser.add_argument("--generate-password", action="store_true", help="print a new password instead of asking")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["admin"].lower()
        email = options["email"] or f"{name}@localhost.localdomain"
        password = ""
        if not User.objects.named(name).exists():
            someone = User(username=name, name=name, email=email)
            password = self.new_password(someone, generate=options["generate_password"])
        join_administrators(person=make_administrator(username=name, email=email, password=password))
        self.stdout.write(f"{name} is an administrator; log in at /admin/")

    def new_password(self, user: User, *, generate: bool) -> str:
        if generate:
            password = secrets.token_urlsafe(15)
            self.stdout.write(f"password: {password}")
            return password
        password = os.environ.get(PASSWORD_VARIABLE) or asked_for(user)
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password


def asked_for(user: User) -> str:
    """What is typed, twice, at the terminal; without one, the first line of standard input."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            raise CommandError(NO_PASSWORD)
        return line
    try:
        password = getpass.getpass(f"Password for {user.username}: ")
        again = getpass.getpass("Again: ")
    except EOFError:
        raise CommandError(NO_PASSWORD) from None
    if password != again:
        raise CommandError("The passwords differ; nothing was changed.")
    return password
