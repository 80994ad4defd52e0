"""What granian serves (`python -m api.server ... pystagram.rsgi:application`). Threads and bounds of one process."""

import re

from django.conf import settings
from django.utils.module_loading import import_string

from api.server.application import Route, Server
from api.server.bodies import Bodies
from api.server.lanes import Lane
from api.server.spool import Spool
from api.wsgi.uploads import FRAMING_BYTES
from media.processing.kinds import most_bytes
from pystagram.wsgi import application as wsgi_application

# What may take long has threads of its own, so that it never stands before feeds: files wait for the store, log-ins
# for their turn to hash a password. 20 threads, so 20 connections to PostgreSQL, a process.
LANES = {
    "default": Lane("request", 12, per_client=4),
    "files": Lane("file", 4, per_client=2),
    "passwords": Lane("password", 4, per_client=2, max_wait_seconds=5.0),
}
# Wherever a password is asked for, in JSON and on pages.
PASSWORDS = re.compile(
    "/v1/auth/(token|register|password/.*|email/change)|/v1/me/(deactivate|reactivate|undelete|second-factor/.*)"
    "|/login(/.*)?|/admin/login/|/confirm/.*|/security/passkeys(/.*)?"
)
ROUTES = [
    Route("POST", re.compile("/v1/media"), "files", takes_file=True),
    Route("PUT", re.compile("/media/incoming/[^/]+"), "files", takes_file=True),
    Route("PATCH", re.compile("/v1/media/uploads/[0-9]+/bytes"), "files", takes_file=True, keeps_part=True),
    Route("POST", re.compile("/v1/media/uploads(/[0-9]+/complete)?"), "files"),
    Route("GET", re.compile("/v1/media/[0-9]+/original"), "files"),
    Route("POST", PASSWORDS, "passwords"),
    Route("DELETE", re.compile("/v1/me"), "passwords"),
]
application = Server(
    wsgi_application,
    LANES,
    ROUTES,
    Bodies(settings.DATA_UPLOAD_MAX_MEMORY_SIZE),
    Spool(most_bytes() + FRAMING_BYTES, settings.ARCHIVE_MAX_BYTES),
    import_string("pystagram.preparation.warm_up"),  # after the application: it needs models
)
