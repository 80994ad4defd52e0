"""`manage.py migrate`, as Django's, without the time limits of requests."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoCommand

from api.maintenance import maintenance_limits


class Command(DjangoCommand):
    """Building an index takes as long as the table is large."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with maintenance_limits(options["database"]):
            return super().execute(*args, **options)
