"""The rules of ARCHITECTURE.md, each with a message that says what to do instead."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db.models.signals import m2m_changed, post_delete, post_init, post_save, pre_delete, pre_init, pre_save
from django.urls import URLPattern, URLResolver, get_resolver

from events import consumers, relay
from pystagram.celery import app as celery_app
from pystagram.wiring import WIRING

ROOT = Path(settings.BASE_DIR)
ROOMS = ["api", "events", "media", "accounts", "social", "posts", "stories", "feed", "search", "notifications",
         "moderation", "portability", "pystagram"]  # fmt: skip
OPEN_WITHOUT_LOG_IN = {
    "register": "one has no account yet",
    "token": "one is not logged in yet",
    "token-refresh": "the access token has run out",
    "v1-root": "links only",
    "instance": "clients read the limits before the first log-in",
    "schema": "documentation",
    "docs": "documentation",
}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Our code, without tests and migrations."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts):
                yield path.relative_to(ROOT), ast.parse(path.read_text())


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the URLconf."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, address)
        else:
            yield address, entry


def test_no_signal_receivers_of_ours() -> None:
    for signal in (pre_init, post_init, pre_save, post_save, pre_delete, post_delete, m2m_changed):
        for receiver in signal.receivers:
            module = getattr(receiver[1](), "__module__", "") if callable(receiver[1]) else ""
            assert str(module).split(".")[0] not in ROOMS, (
                f"{module} listens to a Django signal. Record a fact in the action instead, and say in "
                "pystagram/wiring.py which task hears of it."
            )


def test_nobody_calls_delay() -> None:
    for path, tree in sources():
        if path == Path("events/relay.py"):
            continue
        for node in ast.walk(tree):
            called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            assert called not in {"delay", "apply_async", "send_task"}, (
                f"{path} calls .{called}(): the broker may be away. Record a fact: events.actions.record(…)"
            )


def test_views_do_not_reach_past_the_visibility_rule() -> None:
    """A view fetches through visible_to, owned_by and their like; a bare `.objects.get(` is a leak waiting."""
    bare = re.compile(r"\.objects\.(get|all)\(")
    for room in ROOMS:
        for path in (ROOT / room).glob("views*"):
            for file in path.rglob("*.py") if path.is_dir() else [path]:
                for number, line in enumerate(file.read_text().splitlines(), 1):
                    assert not bare.search(line), (
                        f"{file.relative_to(ROOT)}:{number} fetches rows past the rule: use visible_to(viewer), "
                        "owned_by(viewer), or social/people.py"
                    )


def test_serializers_do_not_write() -> None:
    for path, tree in sources():
        if "serializers" not in str(path):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                assert node.name not in {"create", "update", "save"}, (
                    f"{path}:{node.lineno} writes in a serializer. Serializers are shapes: call an action in the view."
                )


def test_serializers_name_their_fields() -> None:
    for path, _ in sources():
        assert not re.search(r"fields = .__all__", (ROOT / path).read_text()), (
            f"{path}: fields = '__all__' shows whatever is added later. Name the fields."
        )


def test_no_file_is_called_nothing() -> None:
    for path, _ in sources():
        if path == Path("pystagram/postgres/base.py"):  # Django looks for an engine there
            continue
        assert path.stem not in {"utils", "helpers", "common", "base", "misc"}, (
            f"{path}: a shared piece gets a name that says what it is."
        )


def test_own_code_is_imported_at_the_top() -> None:
    for path, tree in sources():
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                module = node.module if isinstance(node, ast.ImportFrom) else None
                assert (module or "").split(".")[0] not in ROOMS, (
                    f"{path} imports {module} inside a function: the direction of the house is wrong there. "
                    "Record a fact instead, or move the code to the room it belongs to."
                )


def public_actions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """What an app offers as `actions.…`, with where it stands."""
    for room in ROOMS:
        package = ROOT / room / "actions" / "__init__.py"
        files = list(package.parent.glob("*.py")) if package.exists() else [ROOT / room / "actions.py"]
        offered = package.read_text() if package.exists() else None
        for file in files:
            for node in ast.parse(file.read_text()).body if file.exists() else []:
                if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                    continue
                if offered is None or re.search(rf"\b{node.name}\b", offered):
                    yield f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", node


def test_actions_take_keywords_only() -> None:
    for where, node in public_actions():
        if not where.startswith("events/"):  # record("fact", …) reads better with the name first
            assert not node.args.args, f"{where}: actions are keyword-only, write def {node.name}(*, …)"


def test_every_task_of_the_wiring_exists() -> None:
    for fact, tasks in WIRING.items():
        for task in tasks:
            relay.task_named(task)
            assert task in consumers.QUEUES, f"{fact} → {task}: decorate it with @consumer or @long_consumer"


def test_every_recorded_fact_is_in_the_wiring() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "record":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    assert first.value in WIRING, (
                        f"{path}:{node.lineno} records {first.value!r}, which pystagram/wiring.py does not know. "
                        "Add it there, with the tasks that hear of it or an empty list."
                    )


def test_every_scheduled_task_exists() -> None:
    celery_app.loader.import_default_modules()
    for name, entry in celery_app.conf.beat_schedule.items():
        assert entry["task"] in celery_app.tasks, f"the schedule's {name} names {entry['task']}, which nobody has"


def test_every_api_route_wants_a_log_in_unless_listed() -> None:
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


def test_no_route_ends_with_a_slash() -> None:
    for address, _ in routes():
        if address.startswith("v1/") and address != "v1/":
            assert not address.endswith("/"), f"{address}: addresses of the API carry no trailing slash"


def test_every_model_is_in_the_admin() -> None:
    for model in apps.get_models():
        if model.__module__.split(".")[0] in ROOMS:
            assert model in admin.site._registry, f"{model.__name__}: moderators cannot see it; add it to admin.py"


@pytest.mark.parametrize("name", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later(name: str) -> None:
    for path, _ in sources():
        assert name not in (ROOT / path).read_text(), f"{path} has a {name}: finish it, or take it out"
