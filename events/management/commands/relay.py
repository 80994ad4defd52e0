import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from events.relay import pump

logger = logging.getLogger("events.relay")
POLL_SECONDS = 0.1
PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    help = "Delivers the outbox's events to the workers, for ever."
    running = True

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        while self.running:
            time.sleep(self.round())

    def stop(self, *_: Any) -> None:
        self.running = False

    def round(self) -> float:
        """One round; returns the seconds to sleep after it."""
        try:
            return 0.0 if pump() else POLL_SECONDS
        except DatabaseError as error:
            logger.warning("database unavailable: %s", error)
            connection.close()
        except Exception as error:
            logger.warning("relay: %s", error)
        close_old_connections()
        return PAUSE_SECONDS
