"""What `manage.py doctor` looks at. Each check says in one line what it found, or raises with what to do."""

import shutil
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from api import redis as redis_roles
from events.decorators import QUEUES
from events.models import Delivery, Event, JobRun
from media.models import BlockedImage, ImageHash, Media
from media.processing import ffmpeg, landlock
from media.stores import layout
from media.stores.interface import Unavailable
from operations.storage_check import StepFailed, StorageTrial
from pystagram.celery import app as celery_app

MAX_CLOCK_SECONDS = 2.0
LEAST_FREE_BYTES = 1024**3
LATE_SECONDS = 60
MAX_SCHEDULER_SECONDS = 180
OLDEST_MEDIA = 1000  # of which the hashes are looked for
MAX_DAYS = {"backup": 2, "check_media": 14, "purge_media": 2}


class CheckFailed(Exception):
    """Something that has to be fixed; the message says how."""


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone()
    if fsync != "on":
        raise CheckFailed("PostgreSQL runs with fsync off: acknowledged photos could be lost. Turn it on.")
    return f"PostgreSQL {version}"


def migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise CheckFailed(f"{len(missing)} migrations are not applied: manage.py migrate")
    return "all applied"


def storage() -> str:
    try:
        notes = StorageTrial().run()
    except StepFailed as error:
        raise CheckFailed(str(error)) from error
    except Unavailable as error:
        raise CheckFailed(str(error.detail)) from error
    kind = type(layout.store()).__name__
    return f"{kind}: written, read, copied and served the way uploads go{''.join(f'; {note}' for note in notes)}"


def redis() -> str:
    policy = redis_roles.feeds().config_get("maxmemory-policy").get("maxmemory-policy")
    return f"answers; evicts by {policy}"


def broker() -> str:
    began = time.monotonic()
    with celery_app.connection_for_write() as broker_connection:
        broker_connection.ensure_connection(max_retries=1, timeout=3)
    return f"answers in {1000 * (time.monotonic() - began):.0f} ms"


def workers() -> str:
    celery_app.loader.import_default_modules()
    alive = celery_app.control.inspect(timeout=2).active_queues() or {}
    served = {queue["name"] for queues in alive.values() for queue in queues}
    unserved = ({*QUEUES.values()} | {settings.CELERY_TASK_DEFAULT_QUEUE}) - served
    if unserved:
        raise CheckFailed(f"No worker serves {', '.join(sorted(unserved))}: celery -A pystagram worker -Q …")
    return f"{len(alive)} serve {', '.join(sorted(served))}"


def relay() -> str:
    late = timezone.now() - timedelta(seconds=LATE_SECONDS)
    waiting = Event.objects.filter(expanded_at__isnull=True, recorded_at__lt=late).count()
    dead = Delivery.objects.filter(dead_at__isnull=False).count()
    if waiting:
        raise CheckFailed(f"{waiting} events wait for more than a minute: is `manage.py relay` running?")
    if dead:
        raise CheckFailed(f"{dead} deliveries were given up: look at them in the admin, under Deliveries.")
    return f"nothing waits; seen {_age('relay', LATE_SECONDS)} s ago"


def scheduler() -> str:
    return f"seen {_age('scheduler', MAX_SCHEDULER_SECONDS)} s ago"


def _age(job: str, most: int) -> int:
    """Seconds since the job was noted. Raises CheckFailed if that is more than `most`, or was never."""
    run = JobRun.objects.filter(job=job).first()
    if run is None:
        raise CheckFailed(f"No {job} has run yet.")
    age = int((timezone.now() - run.finished_at).total_seconds())
    if age > most:
        raise CheckFailed(f"The {job} was last seen {age} s ago.")
    return age


def jobs() -> str:
    """When the operator's own schedule was last obeyed; never is fine on the first day."""
    ages = {run.job: (timezone.now() - run.finished_at).days for run in JobRun.objects.filter(job__in=MAX_DAYS)}
    late = [job for job, days in ages.items() if days > MAX_DAYS[job]]
    if late:
        raise CheckFailed(
            f"{', '.join(f'{job} was done {ages[job]} days ago' for job in late)}: docs/operations.md, Schedule"
        )
    return ", ".join(f"{job} {ages[job]} days ago" if job in ages else f"{job} never" for job in MAX_DAYS)


def mail() -> str:
    backend = get_connection()
    if settings.PRODUCTION and "console" in type(backend).__module__:
        raise CheckFailed("Mail goes to the console: set EMAIL_URL.")
    backend.open()
    backend.close()
    return type(backend).__module__.rsplit(".", 1)[-1]


def clock() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    difference = abs((timezone.now() - there).total_seconds())
    if difference > MAX_CLOCK_SECONDS:
        raise CheckFailed(f"This clock and the database's differ by {difference:.1f} s: run NTP on both.")
    return f"within {difference * 1000:.0f} ms of the database's"


def proxy() -> str:
    if settings.PRODUCTION and not settings.TRUSTED_PROXIES:
        raise CheckFailed("PYSTAGRAM_TRUSTED_PROXIES is 0: behind a proxy all visitors would share one rate limit.")
    return f"{settings.TRUSTED_PROXIES} before us; this host is {socket.gethostname()}"


def videos() -> str:
    try:
        programs = f"{ffmpeg.program()}, {ffmpeg.probe_program()}"
    except ImproperlyConfigured as error:
        raise CheckFailed(f"{error}. Only the workers of the queue `video` need it.") from None
    return (
        f"{programs}; {'confined to its files' if landlock.version() else 'the kernel cannot keep it from other files'}"
    )


def staff() -> str:
    """Whether somebody can enter the admin, and how many could without a second factor."""
    people = User.objects.active().filter(is_staff=True)
    strong = people.filter(Q(authenticator__confirmed_at__isnull=False) | Q(passkeys__isnull=False)).distinct().count()
    number = people.count()
    if settings.STAFF_SECOND_FACTOR and number and not strong:
        raise CheckFailed(
            f"None of {number} moderators has a second factor, and none enters the admin without: /security"
        )
    needed = "needed" if settings.STAFF_SECOND_FACTOR else "not needed (PYSTAGRAM_STAFF_SECOND_FACTOR)"
    return f"{number} moderators, {strong} with a second factor, which is {needed}"


def images() -> str:
    """How many are refused, and whether near copies are looked for among the oldest media, too."""
    oldest = Media.objects.filter(state=Media.State.READY).order_by("pk").values_list("blob", flat=True)
    blobs = set(oldest[:OLDEST_MEDIA])
    missing = len(blobs) - ImageHash.objects.filter(blob__in=blobs).count()
    note = f"; {missing} of the {len(blobs)} oldest originals have no hash: manage.py hash_images" if missing else ""
    return f"{BlockedImage.objects.in_force().count()} refused{note}"


def disk() -> str:
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < LEAST_FREE_BYTES:
        raise CheckFailed(f"Only {free // 1024**2} MiB are free where var/ is.")
    return f"{free / 1024**3:.0f} GiB free"


CHECKS: list[Callable[[], str]] = [
    database, migrations, storage, redis, broker, workers, relay, scheduler, jobs, mail, clock, proxy, videos, staff,
    images, disk,
]  # fmt: skip
