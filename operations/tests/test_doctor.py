"""`manage.py doctor` looks at what can be ill, names it, and ends with status 1."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from devtools.demo.world import PASSWORD
from events.actions import note_run
from events.models import Event, JobRun
from operations import diagnosis
from pystagram.environment import ROOT
from tests.support import factories

LOOKED_AT = {
    "database", "migrations", "storage", "redis", "broker", "workers", "relay", "scheduler", "jobs", "mail", "clock",
    "proxy", "videos", "staff", "images", "disk",
}  # fmt: skip


def said_by_doctor() -> str:
    out = StringIO()
    with pytest.raises(CommandError):  # there are no workers here
        call_command("doctor", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_everything_is_looked_at_though_some_is_ill(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    lines = [line.split() for line in said_by_doctor().splitlines()]
    assert {words[1] for words in lines} == LOOKED_AT
    found = {words[1]: words[0] for words in lines}
    assert (found["workers"], found["migrations"], found["storage"], found["clock"]) == ("ill", "ok", "ok", "ok")


def disk_is_full(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    usage = shutil.disk_usage("/")._replace(free=1)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)  # nobody can fill the disk for a test


def mail_is_away(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def nobody_said_how_many_proxies(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.PRODUCTION, settings.TRUSTED_PROXIES = True, 0


def no_moderator_has_a_second_factor(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    factories.person(is_staff=True)


def storage_is_a_file(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.MEDIA_ROOT = ROOT / "manage.py"


def broker_is_away(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(diagnosis.celery_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")


def a_fact_waits(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    event = Event.objects.create(name="followed", payload={})
    Event.objects.filter(pk=event.pk).update(recorded_at=timezone.now() - timedelta(hours=1))


def the_relay_was_last_seen_an_hour_ago(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    note_run(job="relay")
    JobRun.objects.update(finished_at=timezone.now() - timedelta(hours=1))


def no_scheduler_runs(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Nothing is noted."""


def the_last_backup_is_a_week_old(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    note_run(job="backup")
    JobRun.objects.update(finished_at=timezone.now() - timedelta(days=7))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "befall"),
    [
        ("disk", disk_is_full),
        ("mail", mail_is_away),
        ("proxy", nobody_said_how_many_proxies),
        ("storage", storage_is_a_file),
        ("broker", broker_is_away),
        ("relay", a_fact_waits),
        ("relay", the_relay_was_last_seen_an_hour_ago),
        ("scheduler", no_scheduler_runs),
        ("jobs", the_last_backup_is_a_week_old),
        ("staff", no_moderator_has_a_second_factor),
    ],
)
def test_what_is_ill_is_named(name, befall, monkeypatch, settings):
    check = next(one for one in diagnosis.CHECKS if one.__name__ == name)
    monkeypatch.setattr("operations.management.commands.doctor.CHECKS", [check])  # the others are not asked
    befall(monkeypatch, settings)
    assert said_by_doctor().split()[:2] == ["ill", name]


def started_in_production(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import pystagram.settings"]
    everything = {**os.environ, "PYSTAGRAM_ENV": "production", "PYSTAGRAM_SECRET_KEY": "k" * 60, **environment}
    return subprocess.run(command, cwd=ROOT, env=everything, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "value"), [("PYSTAGRAM_SECRET_KEY", "secret"), ("S3_SECRET_ACCESS_KEY", "pystagram-secret")]
)
def test_production_does_not_start_with_secrets_that_are_none(name, value):
    """The storage's address is public: with the trial's key everybody could sign reads and writes of originals."""
    assert value == "secret" or f"${{{name}:-{value}}}" in (ROOT / "docker-compose.yml").read_text()
    refused = started_in_production(**{name: value})
    assert refused.returncode != 0
    assert f"{name} is" in refused.stderr
    assert started_in_production().returncode == 0


def test_production_does_not_start_with_the_trials_database_password():
    address = "postgres://pystagram:{}@postgres:5432/pystagram"
    assert address.format("${POSTGRES_PASSWORD:-pystagram}") in (ROOT / "docker-compose.yml").read_text()
    refused = started_in_production(DATABASE_URL=address.format("pystagram"))
    assert refused.returncode != 0
    assert "DATABASE_URL has the password" in refused.stderr
    assert started_in_production(DATABASE_URL=address.format("one-of-its-own")).returncode == 0


def test_production_knows_the_demos_password():
    """And whoever sets none of their own, or forgets the key, is told at once."""
    ask = "from django.conf import settings; print(settings.PUBLIC_PASSWORDS)"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", ask]
    environment = {**os.environ, "PYSTAGRAM_ENV": "production"}
    without = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert without.returncode != 0
    assert "PYSTAGRAM_SECRET_KEY must be set" in without.stderr
    environment["PYSTAGRAM_SECRET_KEY"] = "k" * 60
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == repr({PASSWORD})
