"""`manage.py demo`: loads the demo data."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from accounts.models import User
from devtools.demo.load import Foreign, demo_people, is_complete, load, stories_are_loaded
from devtools.demo.receiving import Receive, RunningApi, receive_here
from devtools.demo.story import world
from devtools.demo.world import PASSWORD
from pystagram import demo_progress
from pystagram.environment import Environment


class Command(BaseCommand):
    done = 0
    help = "Loads the demo world, or what is missing of it: people, photographs, stories, comments, likes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="only where nobody else lives yet, and only what an interrupted load has left out",
        )
        parser.add_argument("--api", metavar="URL", help="upload the photographs to this running API, for its workers")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PYSTAGRAM_ENV == "production":
            raise CommandError("The demo world is not loaded in production: everybody knows its password.")
        if options["if_empty"] and not Environment()("PYSTAGRAM_DEMO"):
            return
        if not (options["if_empty"] and _is_settled()):
            self.load(RunningApi(options["api"]).receive if options["api"] else receive_here)
        if demo_people(world()).filter(username="alice").exists():
            self.stdout.write(f"Log in as alice with the password {PASSWORD}")

    def load(self, receive: Receive) -> None:
        """Loads, and says how far it is: on a terminal by a bar, else line by line; on the front page as well."""
        total = len(world().people) + len(world().posts) + len(world().stories)
        with tqdm(total=total, desc="The demo world", unit="", file=sys.stderr, disable=None) as bar:

            def count() -> None:
                bar.update()
                self.done += 1
                demo_progress.note(demo_progress.Progress(self.done, total))
                if bar.disable:
                    self.stdout.write(f"loaded {self.done} of {total}")

            try:
                load(world(), receive=receive, run_concurrently=3, count=count)
            except Foreign as error:
                raise CommandError(f"The name {error} belongs to somebody who is not of the demo.") from None
            finally:
                demo_progress.note_end()


def _is_settled() -> bool:
    """Whether the world is there already, or others are. Somebody may have registered before a load was interrupted."""
    ours = demo_people(world())
    if User.objects.get_queryset().exclude(pk__in=ours).exists():
        return not ours.exists() or stories_are_loaded(world())
    return is_complete(world())
