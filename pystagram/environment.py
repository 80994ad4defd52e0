"""The typed reader of settings from the environment, and the table of what may be set.

Values come from the process environment, then from `var/stack.env`, which a running `make run` writes so
that `manage.py` in another terminal reaches the same servers.
"""

import contextlib
import os
import re
import secrets
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from api.file_ownership import inherit_owner

ROOT = Path(__file__).resolve().parent.parent


def _boolean(text: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    return words[text.strip().lower()]


def _environment_name(text: str) -> str:
    if text not in {"development", "test", "production"}:
        raise ValueError(text)
    return text


def _registration(text: str) -> str:
    if text not in {"open", "approval", "invitation", "closed"}:
        raise ValueError(text)
    return text


def _log_format(text: str) -> str:
    if text not in {"json", "line"}:
        raise ValueError(text)
    return text


def _web_address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError(text)
    return text.rstrip("/")


def _origins(text: str) -> list[str]:
    """`*`, `none`, or addresses as browsers send them: scheme, host and port, no path."""
    if text in {"*", "none"}:
        return ["*"] if text == "*" else []
    origins = [origin.strip() for origin in text.split(",")]
    if not all(re.fullmatch(r"https?://[^\s/?#*@]+", origin) for origin in origins):
        raise ValueError(text)
    return origins


def _amount(text: str) -> int:
    if int(text) < 0:
        raise ValueError(text)
    return int(text)


def _near_bits(text: str) -> int:
    """31 is what the paper on PDQ recommends, and the most that the index of hashes finds."""
    if not 0 <= int(text) <= 31:
        raise ValueError(text)
    return int(text)


def _positive(text: str) -> int:
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


@dataclass(frozen=True)
class Setting:
    """One thing that may be set: its variable, how its text is read, its default and what it is for."""

    read: Callable[[str], Any]
    default: Any
    about: str
    expects: str = "text"


SETTINGS: dict[str, Setting] = {
    "PYSTAGRAM_ENV": Setting(
        _environment_name, "development", "what this process is", "development, test or production"
    ),
    "PYSTAGRAM_URL": Setting(
        _web_address,
        "http://127.0.0.1:8000",
        "where people reach it; hosts, cookies and media URLs follow",
        "a web address",
    ),
    "PYSTAGRAM_SECRET_KEY": Setting(str, "", "signs tokens; made and kept in var/ when empty in development"),
    "PYSTAGRAM_VAR": Setting(Path, ROOT / "var", "state of this machine: media, logs, sockets", "a folder"),
    "DATABASE_URL": Setting(str, "postgres:///pystagram", "PostgreSQL"),
    "REDIS_URL": Setting(str, "redis://127.0.0.1:6379/0", "cache and rate limits (may be flushed)"),
    "FEEDS_REDIS_URL": Setting(str, "", "feeds, when they have a server of their own"),
    "CELERY_BROKER_URL": Setting(str, "redis://127.0.0.1:6379/1", "Celery's broker (never evicting)"),
    "EMAIL_URL": Setting(str, "consolemail://", "outgoing mail"),
    "S3_BUCKET": Setting(str, "", "media go to this bucket instead of var/media"),
    "S3_ENDPOINT_URL": Setting(str, "", "an S3 that is not Amazon's"),
    "S3_PUBLIC_URL": Setting(
        _web_address, "", "that S3 as clients reach it, when they use another address than the API", "a web address"
    ),
    "S3_REGION": Setting(str, "us-east-1", "the bucket's region"),
    "S3_ACCESS_KEY_ID": Setting(str, "", "credentials; empty means boto3's own search"),
    "S3_SECRET_ACCESS_KEY": Setting(str, "", "credentials"),
    "S3_SECOND_BUCKET": Setting(str, "", "check_media heals from this bucket, a copy of the first with the same keys"),
    "S3_SECOND_ENDPOINT_URL": Setting(str, "", "the second bucket's S3, when it is not Amazon's"),
    "S3_SECOND_REGION": Setting(str, "us-east-1", "the second bucket's region"),
    "S3_SECOND_ACCESS_KEY_ID": Setting(str, "", "credentials that may read the second bucket"),
    "S3_SECOND_SECRET_ACCESS_KEY": Setting(str, "", "credentials"),
    "PYSTAGRAM_SECOND_FOLDER": Setting(
        str, "", "check_media heals from this folder, the `objects` of a backup, in a second bucket's place"
    ),
    "PYSTAGRAM_TRUSTED_PROXIES": Setting(int, 0, "how many proxies of ours stand before the API", "a whole number"),
    "PYSTAGRAM_CORS_ORIGINS": Setting(
        _origins,
        ["*"],
        "where browser clients may stand: * is anywhere, none nowhere, else origins and commas",
        "*, none, or origins like https://app.example with commas between",
    ),
    "PYSTAGRAM_LOG_FORMAT": Setting(
        _log_format, "", "how logs are written; empty means json in production, else lines", "json or line"
    ),
    "PYSTAGRAM_METRICS_TOKEN": Setting(
        str, "", "who asks for /metrics must bear it; production without one has no /metrics"
    ),
    "PYSTAGRAM_METRICS_PORT": Setting(_amount, 0, "a worker serves its own metrics there; 0 does not", "a port"),
    "SENTRY_DSN": Setting(str, "", "errors are reported to this Sentry"),
    "PYSTAGRAM_RATE_LIMITS": Setting(_boolean, True, "rate limits are counted", "true or false"),
    "PYSTAGRAM_NEW_ACCOUNT_PERCENT": Setting(
        _amount,
        100,
        "of what accounts in their first day and week may do by default (docs/abuse.md); 0 is no limit",
        "a whole number from 0",
    ),
    "PYSTAGRAM_DEMO": Setting(_boolean, True, "the demo world is loaded at the first start", "true or false"),
    "PYSTAGRAM_REGISTRATION": Setting(
        _registration,
        "open",
        "who may register: open, approval (by a moderator, in the admin), invitation (manage.py invite), closed",
        "open, approval, invitation or closed",
    ),
    "PYSTAGRAM_STAFF_SECOND_FACTOR": Setting(
        _boolean, False, "the admin opens only to who logged in with a second factor", "true or false"
    ),
    "PYSTAGRAM_ACCOUNT_GRACE_DAYS": Setting(
        _positive, 30, "days in which one may take back that one's account is deleted", "a whole number from 1 up"
    ),
    "PYSTAGRAM_FOLLOW_CAP": Setting(int, 7500, "people one may follow", "a whole number"),
    "PYSTAGRAM_QUOTA_BYTES": Setting(
        _amount, 50 * 1024**3, "bytes of originals one may keep; 0 is no limit", "a whole number from 0"
    ),
    "PYSTAGRAM_QUOTA_FILES": Setting(
        _amount, 100_000, "photos and videos one may keep; 0 is no limit", "a whole number from 0"
    ),
    "PYSTAGRAM_NEAR_IMAGE_BITS": Setting(
        _near_bits, 31, "bits of 256 in which near copies of a refused image may differ", "a whole number from 0 to 31"
    ),
    "PYSTAGRAM_FAILPOINT": Setting(
        str,
        "",
        "development only: break at a named step (media/failpoints.py)",
        "a step and kill, raise or sleep:SECONDS",
    ),
    "PYSTAGRAM_STORY_SECONDS": Setting(
        _positive,
        86400,
        "development only: how long a story lasts, to watch it end; 24 hours in production",
        "a whole number from 1 up",
    ),
    "PYSTAGRAM_FANOUT_CHUNK": Setting(int, 5000, "followers one fan-out task serves", "a whole number"),
    "PYSTAGRAM_PULL_FROM": Setting(
        _positive,
        100_000,
        "followers from which on an author's posts are pulled at read, not pushed to each feed",
        "a whole number from 1 up",
    ),
}


def _stack_file(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / "stack.env").read_text().splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _warn_of_unknown_names() -> None:
    for name in os.environ:
        if name.startswith("PYSTAGRAM_") and name not in SETTINGS:
            warnings.warn(f"{name} is set, but pystagram knows no such setting", stacklevel=3)


class Environment:
    """Reads the settings of the table; `env("NAME")` gives the value in its own type."""

    def __init__(self) -> None:
        folder = Path(os.environ.get("PYSTAGRAM_VAR", str(ROOT / "var")))
        self._values = {**_stack_file(folder), **os.environ}
        _warn_of_unknown_names()

    def __call__(self, name: str) -> Any:
        setting = SETTINGS[name]
        text = self._values.get(name)
        if text is None or text == "":
            return setting.default
        try:
            return setting.read(text)
        except (ValueError, KeyError):
            raise ImproperlyConfigured(f"{name} is {text!r}, but must be {setting.expects}") from None


def kept_secret(path: Path) -> str:
    """The secret in the file at `path`, made there (mode 0600) by the first process that needs it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # 0600 from the start
            file.write(secrets.token_urlsafe(50))
            file.flush()
            inherit_owner(Path(file.name))
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text()
