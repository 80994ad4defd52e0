"""Named steps at which a test may break an upload or its processing.

`PYSTAGRAM_FAILPOINT=upload.original_written:kill` ends the process there, as a power cut would; `raise` fails the step
and `sleep:SECONDS` holds it. Unset (always, outside of tests and experiments) a step costs one comparison.
"""

import os
import signal
import time

from django.conf import settings

UPLOAD = (
    "upload.hashed",
    "upload.intent_committed",
    "upload.original_written",
    "upload.original_verified",
    "upload.sidecar_written",
    "upload.committed",
)
DIRECT = ("direct.read", "direct.committed")
PROCESSING = (
    "process.original_read",
    "process.decoded",
    "process.rendition_written",
    "process.renditions_written",
    "process.committed",
)
STEPS = frozenset(UPLOAD + DIRECT + PROCESSING)


class StepFailed(RuntimeError):
    """What `raise` raises; no code handles it."""


def reach(step: str) -> None:
    """Called at `step`: does what the setting names for this step, or nothing."""
    if settings.FAILPOINT:
        _obey(step, *settings.FAILPOINT.split(":"))


def _obey(step: str, name: str, action: str, seconds: str = "30") -> None:
    if name not in STEPS:
        raise ValueError(f"PYSTAGRAM_FAILPOINT names no step: {name}")
    if step != name:
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "sleep":
        time.sleep(float(seconds))
        return
    raise StepFailed(step)
