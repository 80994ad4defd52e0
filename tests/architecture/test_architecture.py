"""The rules of ARCHITECTURE.md, each with a message that says what to do instead."""

import ast
import configparser
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from api.problems import CATALOGUE
from devtools.stack.processes import WORKERS
from events import decorators, relay
from pystagram.celery import app as celery_app
from pystagram.subscriptions import SUBSCRIPTIONS

ROOT = Path(settings.BASE_DIR)
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")
READS = {"get", "all", "filter", "exclude", "first", "last", "earliest", "latest", "in_bulk", "values", "count",
         "values_list", "annotate", "aggregate", "raw", "exists", "order_by", "select_related",
         "prefetch_related"}  # fmt: skip
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
          "asave", "acreate", "aupdate", "adelete"}  # fmt: skip
FLOATS = {"Media.duration"}
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


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str, str]]:
    """Every call with the function's last name and what stands before it: (call, "get", "Post.objects")."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            before = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            yield node, getattr(node.func, "attr", getattr(node.func, "id", "")), before


def files_named(*names: str) -> Iterator[tuple[Path, ast.Module]]:
    """`views.py` and the files of a package `views`, of every room."""
    for path, tree in sources():
        if {path.stem, path.parent.name} & set(names) and path.parts[0] != "pystagram":
            yield path, tree


def test_the_house_is_whole() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    house = {room for layer in layers["contracts"][0]["layers"] for room in layer.split(" | ")}
    installed = {config.name for config in apps.get_app_configs()} & set(ROOMS)
    for what, rooms in (("root_packages", set(layers["root_packages"])), ("the contract `house`", house)):
        assert rooms == set(ROOMS), f"pyproject.toml, {what}: name these, too, or no longer: {rooms ^ set(ROOMS)}"
    assert installed == set(ROOMS), f"INSTALLED_APPS of pystagram/settings.py lacks {set(ROOMS) - installed}"
    ini = configparser.ConfigParser()
    ini.read(ROOT / "pytest.ini")
    tested = set(ini["pytest"]["testpaths"].split())
    rooms = {*ROOMS, "tests"}
    assert tested == rooms, f"pytest.ini, testpaths: name these, too, or no longer: {tested ^ rooms}"
    told = (ROOT / "ARCHITECTURE.md").read_text()
    missing = [room for room in ROOMS if f"| `{room}` |" not in told]
    assert not missing, f"say in ARCHITECTURE.md, table of rooms, what they are: {missing}"


def test_no_signal_receivers_of_ours() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            full = {f"{getattr(node, 'module', None) or ''}.{name}".strip(".") for name in names}
            assert not any(re.match(r"django\.(.*\.)?(signals|dispatch)\b", name) for name in full), (
                f"{path}:{getattr(node, 'lineno', 0)} listens to Django's signals. Record an event in the action, and "
                "say in pystagram/subscriptions.py which task hears of it."
            )


def test_nobody_calls_delay() -> None:
    for path, tree in sources():
        if path == Path("events/relay.py"):
            continue
        for node in ast.walk(tree):
            called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            assert called not in {"delay", "apply_async", "send_task", "on_commit"}, (
                f"{path}:{getattr(node, 'lineno', 0)} calls .{called}(): the process or the broker may be gone then. "
                "Record an event in the action: events.actions.record(…)"
            )


def test_views_do_not_reach_past_the_visibility_rule() -> None:
    """A view begins with visible_to, owned_by and their like; a bare `.objects.filter(` is a leak waiting."""
    for path, tree in files_named("views", "serializers", "permissions"):
        for node, name, before in calls(tree):
            first = ast.unparse(node.args[0]) if node.args else ""
            whole = first.removesuffix(".objects") in {model.__name__ for model in apps.get_models()}
            bare = re.search(r"(\.objects|_manager|_set)$", before) and name in READS
            assert not bare if name not in {"get_object_or_404", "get_list_or_404"} else not whole, (
                f"{path}:{node.lineno} fetches rows past the rule: begin with visible_to(viewer), owned_by(viewer) or "
                "another phrase of the model's QuerySet (write one in models.py), or use social/people.py"
            )


def test_only_actions_write() -> None:
    for path, tree in files_named("views", "serializers", "tasks", "permissions", "admin"):
        for node, name, before in calls(tree):
            if before.split(".")[-1] not in {"actions", "super()"}:
                assert name not in WRITES, (
                    f"{path}:{node.lineno} writes, by .{name}(). Make it a function of the room's actions.py."
                )


def test_serializers_do_not_write() -> None:
    for path, tree in files_named("serializers", "fields"):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                assert node.name not in {"create", "update", "save"}, (
                    f"{path}:{node.lineno} writes in a serializer. Serializers are shapes: call an action in the view."
                )


def test_serializers_do_not_ask() -> None:
    for path, tree in files_named("serializers", "fields"):
        for node, name, before in calls(tree):
            asks = name in READS - {"get", "all", "values"} or ".objects" in before
            assert not asks, (
                f"{path}:{node.lineno} queries in a serializer, once a row. Let for_display() of the model bring it by "
                "annotate() or prefetch_related(); of what is prefetched, all() costs nothing."
            )


def test_serializers_name_their_fields() -> None:
    for path, _ in sources():
        assert not re.search(r"fields = .__all__", (ROOT / path).read_text()), (
            f"{path}: fields = '__all__' shows whatever is added later. Name the fields."
        )


def test_no_file_is_called_nothing() -> None:
    for path, _ in sources():
        if path == Path("api/postgres/base.py"):  # Django looks for an engine there
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
                    "Record an event instead, or move the code to the room it belongs to."
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
        if node.name != "record":  # record("event", …) reads better with the name first
            assert not node.args.args, f"{where}: actions are keyword-only, write def {node.name}(*, …)"


def test_actions_that_write_twice_hold_a_transaction() -> None:
    for where, node in public_actions():
        text = ast.unparse(node).replace("\\'", "'")
        writes = [name for _, name, _before in calls(node) if name in WRITES | {"record"}]
        held = "transaction.atomic" in text or "in the caller's transaction" in text
        assert len(writes) < 2 or held, (
            f"{where} writes more than once ({', '.join(writes)}) without a transaction: a crash between would leave "
            "half of it. Put @transaction.atomic above it and move I/O out of it; if only other actions call it, its "
            "docstring says: in the caller's transaction."
        )


def test_every_task_is_rung_or_scheduled() -> None:
    celery_app.loader.import_default_modules()
    wired = {task for tasks in SUBSCRIPTIONS.values() for task in tasks}
    scheduled = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    for name in celery_app.tasks:
        if name.split(".")[0] in ROOMS and ".tests." not in name:  # tests make some of their own
            known = wired if name in decorators.QUEUES else scheduled
            assert name in known, (
                f"{name} never runs. What an event causes stands under @transactional_task() or @idempotent_task() "
                "and in pystagram/subscriptions.py; what is scheduled under @shared_task and in pystagram/celery.py."
            )


def test_every_queue_has_a_worker() -> None:
    celery_app.loader.import_default_modules()
    compose = (ROOT / "docker-compose.yml").read_text()
    here = set(",".join(queues for queues, _ in WORKERS.values()).split(","))
    there = set(",".join(re.findall(r"worker -Q (\S+)", compose)).split(","))
    asked = {*decorators.QUEUES.values(), celery_app.conf.task_default_queue}
    for where, served in (("WORKERS of devtools/stack/processes.py", here), ("-Q in docker-compose.yml", there)):
        assert served == asked, f"{where}: the tasks' queues are {asked}, it differs by {served ^ asked}"


def test_tasks_take_keywords_only() -> None:
    for path, tree in files_named("tasks"):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                assert not node.args.args, (
                    f"{path}:{node.lineno}: an event's payload comes by name, def {node.name}(*, …)"
                )


def test_every_task_of_the_wiring_exists() -> None:
    for event, tasks in SUBSCRIPTIONS.items():
        for task in tasks:
            relay.task_named(task)
            assert task in decorators.QUEUES, (
                f"{event} → {task}: decorate it with @transactional_task or @idempotent_task"
            )


def test_every_recorded_fact_is_in_the_wiring() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "record":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    assert first.value in SUBSCRIPTIONS, (
                        f"{path}:{node.lineno} records {first.value!r}, which pystagram/subscriptions.py does not "
                        "know. Add it there, with the tasks that hear of it or an empty list."
                    )


def test_every_scheduled_task_exists() -> None:
    celery_app.loader.import_default_modules()
    for name, entry in celery_app.conf.beat_schedule.items():
        assert entry["task"] in celery_app.tasks, f"the schedule's {name} names {entry['task']}, which nobody has"


def test_every_problem_is_in_the_catalogue() -> None:
    for path, tree in sources():
        for node, name, _ in calls(tree):
            code = (
                node.args[0].value if name == "Problem" and node.args and isinstance(node.args[0], ast.Constant) else ""
            )
            assert not code or code in CATALOGUE, (
                f"{path}:{node.lineno} raises {code!r}: add it to CATALOGUE in api/problems.py (a test then prints "
                "docs/errors.md), and name it in the view, extend_schema(extensions=also(…))"
            )


def test_rows_hold_no_addresses_and_no_rounded_positions() -> None:
    for model in apps.get_models():
        for field in model._meta.concrete_fields if model.__module__.split(".")[0] in ROOMS else ():
            name = f"{model.__name__}.{field.name}"
            is_address = isinstance(field, models.URLField | models.FileField) or field.name.endswith(("url", "uri"))
            assert not is_address, (
                f"{name}: keys, not URLs, in the database; the address is minted when an answer is written."
            )
            assert not isinstance(field, models.FloatField) or name in FLOATS, (
                f"{name}: floats round. Positions are DecimalField; what may be inexact goes on the list FLOATS here."
            )


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


def test_few_remove_bytes() -> None:
    allowed = {
        "media/actions/purging.py": "originals past their grace period without references; the operator's command",
        "media/stores/layout.py": "renditions, which can be made again",
        "media/actions/direct_uploads.py": "what arrived below incoming/, after it was copied",
        "operations/diagnosis.py": "the doctor's own try",
    }
    for path, tree in sources():
        for node, name, before in calls(tree):
            assert name != "delete" or not re.search(r"stor(e|age)\b", before) or str(path) in allowed, (
                f"{path}:{node.lineno} removes from the store. Online code never does: release the media, and "
                "`manage.py purge_media` removes what nothing refers to."
            )


def test_no_test_is_skipped() -> None:
    for path in [*ROOT.glob("tests/*.py"), *ROOT.glob("*/tests/*.py")]:
        found = re.search(r"pytest\.(mark\.)?(skip|xfail|importorskip)", path.read_text())
        assert not found, f"{path.relative_to(ROOT)} has {found and found[0]}: let it run everywhere, or take it out"


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
