from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.diagnosis import CHECKS, CheckFailed


class Command(BaseCommand):
    help = "Looks at everything pystagram needs, and says what is wrong. Exit status 1 if anything is."

    def handle(self, *args: Any, **options: Any) -> None:
        ill = 0
        for check in CHECKS:
            name = check.__name__
            try:
                self.stdout.write(f"  {self.style.SUCCESS('ok')}   {name:<11} {check()}")
            except CheckFailed as error:
                ill += 1
                self.stdout.write(f"  {self.style.ERROR('ill')}  {name:<11} {error}")
            except Exception as error:  # whatever stands in the way is what the operator has to know
                ill += 1
                self.stdout.write(f"  {self.style.ERROR('ill')}  {name:<11} {type(error).__name__}: {error}")
        if ill:
            raise CommandError(f"{ill} of {len(CHECKS)} checks failed")
