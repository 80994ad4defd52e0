"""What the documents say is so: links, addresses, names of code and tests, the tables of settings and of errors."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import Resolver404, resolve

from api.problems import CATALOGUE
from pystagram.celery import app as celery_app
from pystagram.environment import ROOT, SETTINGS, Setting

OVERVIEW = ROOT / "pystagram/overview.md"
DOCS = sorted(path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), OVERVIEW])
SAMPLES = {
    "name": "sunset", "id": "1", "post": "1", "username": "alice", "session": "3f9c2a54-6f0b-4a0e-9a44-0c6a4a6f7f1e",
}  # fmt: skip
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def text_of(path: Path | str) -> str:
    return (ROOT / path).read_text()


def table_in(text: str, first_line: str) -> str:
    """The Markdown table that begins with this line."""
    lines = text.splitlines()
    start = lines.index(first_line) if first_line in lines else len(lines)
    ends = (number for number in range(start, len(lines)) if not lines[number].startswith("|"))
    return "\n".join(lines[start : next(ends, len(lines))])


def shown(setting: Setting) -> str:
    """A default as the table shows it."""
    default = setting.default
    if isinstance(default, Path):
        return f"`{default.relative_to(ROOT)}/`"
    if isinstance(default, list):
        default = ",".join(default)
    if isinstance(default, bool):
        default = str(default).lower()
    return f"`{default}`" if default != "" else ""


def test_the_table_of_settings():
    head = "| Variable | Default | What it is for |"
    rows = [f"| `{name}` | {shown(setting)} | {setting.about} |" for name, setting in SETTINGS.items()]
    expected = "\n".join([head, "|---|---|---|", *rows])
    assert table_in(text_of("README.md"), head) == expected, f"the README's table of settings should be:\n\n{expected}"


def test_the_table_of_errors():
    head = "| Code | Status | Title |"
    rows = [f"| `{code}` | {status} | {title} |" for code, (status, title) in CATALOGUE.items()]
    expected = "\n".join([head, "|---|---|---|", *rows])
    assert table_in(text_of("docs/errors.md"), head) == expected, f"docs/errors.md should hold:\n\n{expected}"


def headings(path: Path) -> set[str]:
    """The anchors of a document's headings."""
    found = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text_of(path))):
        if re.match(r"\w+:", target):
            continue
        if target.startswith("/"):
            resolve(target)  # a page of the server itself
            continue
        name, _, anchor = target.partition("#")
        file = (ROOT / path).parent / name if name else ROOT / path
        assert file.exists(), f"{path} links to {target}, which is not there"
        assert not anchor or anchor in headings(file), f"{path} links to {target}; its headings: {headings(file)}"


def test_the_order_is_met_by_tests():
    """Each line of the order names its tests, or says that it is not built yet."""
    rows = table_in(text_of("docs/system-design.md"), "| The order says | Endpoints | Tests |").splitlines()[2:]
    assert len(rows) > 15
    for row in rows:
        assert re.search(r"tests/test_\w+\.py", row) or "**not yet**" in row, f"says neither tests nor not yet: {row}"


def names_in(path: Path) -> set[str]:
    """Every function and class of a Python file."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)}


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_named_code_is_there(path):
    """`app/file.py` is there, and `room/file.py:name` is a function, class or table of it; tests included."""
    for file, name in re.findall(r"`((?:\w+/)+\w+\.py)(?::(\w+))?`", FENCE.sub("", text_of(path))):
        assert (ROOT / file).exists(), f"{path} names {file}, which is not there"
        if name and name not in names_in(ROOT / file):
            assert re.search(rf"^{name}\b.*=", text_of(file), re.MULTILINE), f"{path}: {file} has no {name}"


def test_named_tests_are_there():
    there = {name for folder in [ROOT / "tests", *ROOT.glob("*/tests")] for path in folder.rglob("test_*.py")
             for name in names_in(path)}  # fmt: skip
    for path in DOCS:
        for name in re.findall(r"`(test_\w+)`", text_of(path)):
            assert name in there, f"{path} names {name}, which is no test"


def named_addresses(path: Path) -> Iterator[tuple[str, str]]:
    """`GET /v1/feed` and the like: each method with its address."""
    for methods, address in re.findall(r"`((?:[A-Z]+ )+)(/v1/[^`?]*)", text_of(path)):
        if "…" not in address:
            yield from ((method, address.strip()) for method in methods.split())


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_named_addresses_are_there(path):
    for method, address in named_addresses(path):
        try:
            view = resolve(re.sub(r"\{(\w+)\}", lambda found: SAMPLES[found[1]], address)).func
        except Resolver404:
            pytest.fail(f"{path} names {address}, which is no address")
        actions = getattr(view, "actions", None) or dir(view.cls)  # type: ignore[attr-defined]
        assert method.lower() in actions, f"{path} names {method} {address}, which that address does not take"


def test_the_data_model_shows_every_column():
    diagram = text_of("docs/system-design.md").partition("erDiagram")[2].partition("```")[0]
    shown = {
        name: {line.split()[1] for line in body.strip().splitlines()} - {"id"}
        for name, body in re.findall(r"^    (\w+) \{\n(.*?)^    \}", diagram, re.MULTILINE | re.DOTALL)
    }
    rows = {
        model.__name__: {field.column for field in model._meta.concrete_fields} - {"id"}
        for model in apps.get_models()
        if (ROOT / model.__module__.split(".")[0]).is_dir()
    }
    differing = {name: shown.get(name, set()) ^ rows.get(name, set()) for name in shown | rows}
    faults = {name: columns for name, columns in differing.items() if columns}
    assert not faults, f"docs/system-design.md, data model: show these columns, or no longer: {faults}"


def test_the_schedule_is_told():
    table = table_in(text_of("docs/operations.md"), "| every | task | what |")
    told = set(re.findall(r"^\| [\w ]+ \| `([\w.]+)` \|", table, re.MULTILINE))
    scheduled = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert told == scheduled, f"docs/operations.md, Schedule: add or take out {told ^ scheduled}"


def test_every_command_is_told():
    table = table_in(text_of("docs/operations.md"), "| command | what it does | changes |")
    told = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    there = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
    assert told == there, f"docs/operations.md, Commands: add or take out {told ^ there}"


def test_variables_beside_the_settings_are_told():
    """What code reads from the environment past `pystagram/environment.py` is in the README, too."""
    read = set()
    for path in [*ROOT.glob("pystagram/**/*.py"), *ROOT.glob("[a-z]*/*.py")]:
        found = re.findall(r'os\.environ(?:\.get|\.setdefault)?[\[(]"([A-Z][A-Z0-9_]+)"', path.read_text())
        read |= set() if "tests" in path.parts else set(found)
    ours = read - {"DJANGO_SETTINGS_MODULE", "PATH", "PYTEST_XDIST_WORKER"}
    untold = {name for name in ours if f"`{name}`" not in text_of("README.md")}
    assert not untold, f"README.md, below the table of settings: say what {untold} are for"
