import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from events.actions import note_run
from events.relay import pump

logger = logging.getLogger("events.relay")
POLL_SECONDS = 0.1
PAUSE_SECONDS = 1.0
NOTE_SECONDS = 20.0


class Command(BaseCommand):
    help = "Delivers the outbox's events to the workers, for ever."
    running = True
    noted_at = 0.0

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        while self.running:
            time.sleep(self.round())

    def stop(self, *_: Any) -> None:
        self.running = False

    def round(self) -> float:
        """One round; returns the seconds to sleep after it.

        It sleeps while events come, too: a round costs as much for one as for many.
        """
        try:
            self.note()
            return 0.0 if pump() else POLL_SECONDS
        except DatabaseError as error:
            logger.warning("database unavailable: %s", error)
            connection.close()
        except Exception as error:
            logger.warning("relay: %s", error)
        close_old_connections()
        return PAUSE_SECONDS

    def note(self) -> None:
        """Notes now and then that it runs."""
        if time.monotonic() - self.noted_at > NOTE_SECONDS:
            note_run(job="relay")
            self.noted_at = time.monotonic()
