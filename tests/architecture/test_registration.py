"""What is registered with Django, Celery and the tools is complete: apps, tasks, routes, models, tests."""

import configparser
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from api.problems import CATALOGUE
from api.throttles import RATES
from api.viewsets import BaseViewSet
from devtools.stack.processes import WORKERS
from events import decorators, relay
from pystagram.celery import app as celery_app
from pystagram.subscriptions import SUBSCRIPTIONS

ROOT = Path(settings.BASE_DIR)
APPS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")
FLOATS = {"Media.duration"}
OPEN_WITHOUT_LOG_IN = {
    "register": "one has no account yet",
    "username-check": "the same; it tells no more than registering does",
    "token": "one is not logged in yet",
    "token-second-factor": "the second step of logging in",
    "token-refresh": "the access token has run out",
    "password-reset": "one has forgotten how to log in",
    "password-reset-confirm": "the same; the mail's token stands for a log-in",
    "email-verify": "mails are read on other devices; the mail's token stands for a log-in",
    "email-undo": "somebody else may have changed the log-in; the mail's token stands for it",
    "appeals": "whoever is suspended cannot log in; the mail's token stands for it",
    "v1-root": "links only",
    "instance": "clients read the limits before the first log-in",
    "schema": "documentation",
    "docs": "documentation",
}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the URLconf."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, address)
        else:
            yield address, entry


def test_every_app_is_registered_everywhere():
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layout = {app for layer in layers["contracts"][0]["layers"] for app in layer.split(" | ")}
    installed = {config.name for config in apps.get_app_configs()} & set(APPS)
    for what, names in (("root_packages", set(layers["root_packages"])), ("the contract `layout`", layout)):
        assert names == set(APPS), f"pyproject.toml, {what}: name these, too, or no longer: {names ^ set(APPS)}"
    assert installed == set(APPS), f"INSTALLED_APPS of pystagram/settings.py lacks {set(APPS) - installed}"
    ini = configparser.ConfigParser()
    ini.read(ROOT / "pytest.ini")
    tested = set(ini["pytest"]["testpaths"].split())
    names = {*APPS, "tests"}
    assert tested == names, f"pytest.ini, testpaths: name these, too, or no longer: {tested ^ names}"
    told = (ROOT / "ARCHITECTURE.md").read_text()
    missing = [app for app in APPS if not re.search(rf"^\| [^|]*`{app}`[^|]* \|", told, re.MULTILINE)]
    assert not missing, f"say in ARCHITECTURE.md, table of apps, what they are: {missing}"


def test_every_task_is_subscribed_or_scheduled():
    celery_app.loader.import_default_modules()
    wired = {task for tasks in SUBSCRIPTIONS.values() for task in tasks}
    scheduled = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    for name in celery_app.tasks:
        if name.split(".")[0] in APPS and ".tests." not in name:  # tests make some of their own
            known = wired if name in decorators.QUEUES else scheduled
            assert name in known, (
                f"{name} never runs. What an event causes stands under @transactional_task() or @idempotent_task() "
                "and in pystagram/subscriptions.py; what is scheduled under @shared_task and in pystagram/celery.py."
            )


def test_every_queue_has_a_worker():
    celery_app.loader.import_default_modules()
    compose = (ROOT / "docker-compose.yml").read_text()
    here = set(",".join(queues for queues, _ in WORKERS.values()).split(","))
    there = set(",".join(re.findall(r"worker -Q (\S+)", compose)).split(","))
    asked = {*decorators.QUEUES.values(), celery_app.conf.task_default_queue}
    for where, served in (("WORKERS of devtools/stack/processes.py", here), ("-Q in docker-compose.yml", there)):
        assert served == asked, f"{where}: the tasks' queues are {asked}, it differs by {served ^ asked}"


def test_every_subscribed_task_exists():
    for event, tasks in SUBSCRIPTIONS.items():
        for task in tasks:
            relay.task_named(task)
            assert task in decorators.QUEUES, (
                f"{event} → {task}: decorate it with @transactional_task or @idempotent_task"
            )


def test_every_scheduled_task_exists():
    celery_app.loader.import_default_modules()
    for name, entry in celery_app.conf.beat_schedule.items():
        assert entry["task"] in celery_app.tasks, f"the schedule's {name} names {entry['task']}, which nobody has"


def test_rows_hold_no_urls_and_no_floats():
    for model in apps.get_models():
        for field in model._meta.concrete_fields if model.__module__.split(".")[0] in APPS else ():
            name = f"{model.__name__}.{field.name}"
            is_address = isinstance(field, models.URLField | models.FileField) or field.name.endswith(("url", "uri"))
            assert not is_address, (
                f"{name}: keys, not URLs, in the database; the address is minted when an answer is written."
            )
            assert not isinstance(field, models.FloatField) or name in FLOATS, (
                f"{name}: floats round. Positions are DecimalField; what may be inexact goes on the list FLOATS here."
            )


def test_every_route_needs_a_log_in_unless_listed():
    seen = set()
    for address, route in routes():
        if not address.startswith("v1/"):
            continue
        view = getattr(route.callback, "cls", None)
        permissions = {permission.__name__ for permission in getattr(view, "permission_classes", [])}
        if "IsAuthenticated" in permissions:
            continue
        assert route.name in OPEN_WITHOUT_LOG_IN, (
            f"/{address} is open to anybody. Keep the default permission, or list it here with the reason."
        )
        seen.add(route.name)
    assert seen == set(OPEN_WITHOUT_LOG_IN), (
        f"no longer open: {set(OPEN_WITHOUT_LOG_IN) - seen}; take them off the list"
    )


def api_views() -> dict[type[BaseViewSet], set[str]]:
    """Every view of `/v1` with the actions that addresses lead to."""
    found: dict[type[BaseViewSet], set[str]] = {}
    for address, route in routes():
        if address.startswith("v1/") and route.name not in {"schema", "docs"}:
            view = getattr(route.callback, "cls", None)
            assert isinstance(view, type), f"/{address} is no class"
            assert issubclass(view, BaseViewSet), (
                f"/{address}: {view.__name__} is no BaseViewSet of api/viewsets.py, which gives it `me`, throttling, "
                "pages and its description (OpenViewSet, if it needs no log-in)"
            )
            found.setdefault(view, set()).update(getattr(route.callback, "actions", {}).values())
    return found


def test_what_views_declare_is_there():
    for view, actions in api_views().items():
        for table in ("inputs", "outputs", "error_codes", "throttle_scopes"):
            unknown = set(getattr(view, table)) - actions
            assert not unknown, f"{view.__name__}.{table} names {unknown}; its actions are {actions}"
        codes = {code for codes in view.error_codes.values() for code in codes}
        assert codes <= CATALOGUE.keys(), f"{view.__name__}.error_codes: {codes - CATALOGUE.keys()} are in no CATALOGUE"
        scopes = set(view.throttle_scopes.values())
        assert scopes <= RATES.keys(), f"{view.__name__}.throttle_scopes: {scopes - RATES.keys()} have no RATES"


def test_no_test_is_skipped():
    for path in [*ROOT.glob("tests/**/*.py"), *ROOT.glob("*/tests/**/*.py")]:
        found = re.search(r"pytest\.(mark\.)?(skip|xfail|importorskip)", path.read_text())
        assert not found, f"{path.relative_to(ROOT)} has {found and found[0]}: let it run everywhere, or take it out"


def test_no_route_ends_with_a_slash():
    for address, _ in routes():
        if address.startswith("v1/") and address != "v1/":
            assert not address.endswith("/"), f"{address}: addresses of the API carry no trailing slash"


def test_every_model_is_in_the_admin():
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
    missing = [model.__name__ for model in ours if model not in admin.site._registry]
    assert not missing, f"moderators cannot see {missing}: register a ReadOnlyAdmin of each in its app's admin.py"
