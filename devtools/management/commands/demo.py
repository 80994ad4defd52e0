"""`manage.py demo`: loads the demo data."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from accounts.models import User
from devtools.demo.load import Foreign, demo_people, is_complete, load
from devtools.demo.story import world
from devtools.demo.world import PASSWORD
from pystagram.environment import Environment


class Command(BaseCommand):
    help = "Loads the demo world, or what is missing of it: people, photographs, stories, comments, likes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="only where nobody else lives yet, and only what an interrupted load has left out",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PYSTAGRAM_ENV == "production":
            raise CommandError("The demo world is not loaded in production: everybody knows its password.")
        if options["if_empty"] and not Environment()("PYSTAGRAM_DEMO"):
            return
        if not (options["if_empty"] and _is_settled()):
            _load()
        if demo_people(world()).filter(username="alice").exists():
            self.stdout.write(f"Log in as alice with the password {PASSWORD}")


def _is_settled() -> bool:
    """Whether the demo data is loaded already, or the database has other users."""
    others = User.objects.get_queryset().exclude(pk__in=demo_people(world()))
    return others.exists() or is_complete(world())


def _load() -> None:
    steps = len(world().people) + len(world().posts) + len(world().stories)
    with tqdm(total=steps, desc="The demo world", unit="", file=sys.stderr, disable=None) as bar:
        try:
            load(world(), count=bar.update)
        except Foreign as error:
            raise CommandError(f"The name {error} belongs to somebody who is not of the demo.") from None
