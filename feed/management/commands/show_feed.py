"""`manage.py show_feed NAME`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from feed import audit, timelines


class Command(BaseCommand):
    help = "Prints a feed as Redis holds it, when and by which worker it was built, and how it differs from SQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.named(username).first()
        if user is None:
            raise CommandError(f"there is nobody called {username}")
        timeline = timelines.read(user.pk, keep_alive=False)
        if timeline is None:
            self.stdout.write(f"{timelines.key_of(user.pk)}: none, or being built; the next read makes one")
            return
        self.stdout.write(f"{timelines.key_of(user.pk)}: {len(timeline.ids)} posts, newest first")
        self.stdout.write(f"built at {timeline.built_at} by {timeline.built_by}")
        self.stdout.write(f"floor {timeline.floor} ({'older posts come from Postgres' if timeline.floor else 'all'})")
        names = User.objects.get_queryset().filter(pk__in=timeline.pulled).values_list("username", flat=True)
        self.stdout.write(f"pulled: {len(timeline.pulled)} {' '.join(names)}".rstrip())
        for number in timeline.ids:
            self.stdout.write(str(number))
        self._show_difference(audit.compare(user, timeline))

    def _show_difference(self, difference: audit.Difference) -> None:
        for name in ("missing", "extra", "forbidden"):
            numbers = sorted(getattr(difference, name), reverse=True)
            self.stdout.write(f"{name}: {len(numbers)} {' '.join(map(str, numbers))}".rstrip())
