"""The rules of ARCHITECTURE.md that can be read from the source. Each yields an `Offence` with what to do instead.

`python -m tests.architecture` runs them alone, without Django and a database; so does the pre-commit hook.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.architecture.rows import MANAGERS, READS, WRITES, Rows
from tests.architecture.source import Function, Module, Project, calls

Offences = Iterator["Offence"]
Rule = Callable[[Project], Offences]
RULES: list[Rule] = []
# Who else may write rows, with the reason.
WRITERS = {
    "accounts.models.people.UserManager": "Django's createsuperuser calls it",
    "api.models.KeyedQuerySet": "the idempotency protocol, which actions call",
    "events.decorators": "keeps the outbox's own deliveries",
    "events.relay": "keeps the outbox's own deliveries",
    "moderation.defaults": "`migrate` calls it, with the models of then",
}
# Who listens to Django's signals, with the reason.
LISTENERS = {"moderation.apps": "post_migrate: permissions, which a role needs, are made by it, after all migrations"}
BYTES_REMOVERS = {
    "media.actions.purging": "originals past their grace period without references; the operator's command",
    "media.stores.layout": "renditions, which can be made again",
    "media.actions.direct_uploads": "what arrived below incoming/, after it was copied",
    "media.actions.owner_purging": "what arrived below incoming/, of an account that is purged",
    "media.actions.resumable_uploads": "parts below incoming/, after they were copied or given up",
    "operations.storage_check": "the doctor's own probe",
}
LOADERS = {"devtools"}  # fills databases for demos and benchmarks; not in the production image


@dataclass(frozen=True)
class Offence:
    """A broken rule: where, and what to do instead."""

    module: Module
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.module.path}:{self.line} {self.message}"


def rule(function: Rule) -> Rule:
    RULES.append(function)
    return function


def modules(project: Project) -> Iterator[Module]:
    yield from project.checked


def functions(project: Project, *kinds: str) -> Iterator[Function]:
    """All functions and methods; of these kinds, if any are given."""
    for module in modules(project):
        for function in module.functions:
            if not kinds or project.is_kind(function, *kinds):
                yield function


def is_action(module: Module) -> bool:
    return "actions" in module.name.split(".")


@rule
def only_actions_write(project: Project) -> Offences:
    for function in functions(project):
        module = function.module
        owners = {module.name, function.cls.name if function.cls else ""}
        if is_action(module) or module.app in LOADERS or owners & WRITERS.keys():
            continue
        rows = Rows(function)
        for node, name, before in calls(function.node):
            if rows.writes(node) and before != "super()":
                message = f"writes rows, by .{name}(). Make it a keyword-only function of the app's actions.py."
                yield Offence(module, node.lineno, message)


@rule
def views_fetch_through_the_visibility_rule(project: Project) -> Offences:
    for function in functions(project, "view", "serializer", "permission"):
        for node, name, before in calls(function.node):
            first = function.module.resolve(node.args[0]).removesuffix(".objects") if node.args else ""
            whole = name in {"get_object_or_404", "get_list_or_404"} and "model" in project.kinds_of(first)
            bare = before.rpartition(".")[2] in MANAGERS and name in READS
            if bare or whole or (before.endswith("_set") and name in READS):
                message = (
                    "fetches rows past the visibility rule: begin with visible_to(viewer), owned_by(viewer) or "
                    "another phrase of the model's QuerySet (write one in models.py), or use social/people.py"
                )
                yield Offence(function.module, node.lineno, message)


@rule
def serializers_are_shapes(project: Project) -> Offences:
    for function in functions(project, "serializer"):
        if function.node.name in {"create", "update", "save"}:
            message = "writes in a serializer. Serializers are shapes: call an action in the view."
            yield Offence(function.module, function.node.lineno, message)
        for node, name, before in calls(function.node):
            if name in READS - {"get", "all", "values", "count", "first"} or ".objects" in before:
                message = (
                    "queries in a serializer, once a row. Let for_display() of the model bring it by annotate() or "
                    "prefetch_related(); of what is prefetched, all() costs nothing."
                )
                yield Offence(function.module, node.lineno, message)


@rule
def serializers_name_their_fields(project: Project) -> Offences:
    for module in modules(project):
        for match in re.finditer(r"fields = .__all__", module.text):
            line = module.text.count("\n", 0, match.start()) + 1
            yield Offence(module, line, "fields = '__all__' shows whatever is added later. Name the fields.")


@rule
def actions_take_keywords_only(project: Project) -> Offences:
    for function in public_actions(project):
        if function.node.args.args and function.node.name != "record":  # record("event", …) reads better
            message = f"actions are keyword-only: def {function.node.name}(*, …)"
            yield Offence(function.module, function.node.lineno, message)


def public_actions(project: Project) -> Iterator[Function]:
    """The functions that an app offers as `actions.…`: those its package exports, or the public ones of the module."""
    for function in functions(project):
        module, name = function.module, function.node.name
        if function.cls or not is_action(module) or name.startswith("_"):
            continue
        package = project.modules[module.name[: module.name.index("actions") + len("actions")]]
        if package is module or name in package.imports:
            yield function


@rule
def actions_that_write_twice_hold_a_transaction(project: Project) -> Offences:
    for function in public_actions(project):
        text = ast.unparse(function.node).replace("\\'", "'")
        rows = Rows(function)
        writes = [name for node, name, _ in calls(function.node) if rows.writes(node) or name == "record"]
        if len(writes) > 1 and "transaction.atomic" not in text and "in the caller's transaction" not in text:
            message = (
                f"writes more than once ({', '.join(writes)}) without a transaction: a crash between would leave half "
                "of it. Put @transaction.atomic above it and move I/O out of it; if only other actions call it, its "
                "docstring says: in the caller's transaction."
            )
            yield Offence(function.module, function.node.lineno, message)


@rule
def querysets_only_read(project: Project) -> Offences:
    for function in functions(project, "queryset"):
        if function.cls and function.cls.name in WRITERS:
            continue
        rows = Rows(function)
        for node, name, before in calls(function.node):
            if rows.writes(node) and not (before == "super()" and function.node.name == name):
                message = f"a QuerySet method writes, by .{name}(). Reads are QuerySets, writes are actions."
                yield Offence(function.module, node.lineno, message)


@rule
def tasks_take_keywords_only(project: Project) -> Offences:
    for function in functions(project, "task"):
        if function.node.args.args:
            message = f"an event's payload comes by name: def {function.node.name}(*, …)"
            yield Offence(function.module, function.node.lineno, message)


@rule
def events_not_signals(project: Project) -> Offences:
    for module in modules(project):
        for name, origin in module.imports.items() if module.name not in LISTENERS else ():
            if re.match(r"django\.(.*\.)?(signals|dispatch)\b", origin):
                message = (
                    f"listens to Django's signals ({name}). Record an event in the action, and say in "
                    "pystagram/subscriptions.py which task hears of it."
                )
                yield Offence(module, 1, message)


@rule
def only_the_relay_enqueues(project: Project) -> Offences:
    for module in modules(project):
        for node, name, _ in calls(module.tree):
            if name in {"delay", "apply_async", "send_task", "on_commit"} and module.name != "events.relay":
                message = (
                    f"calls .{name}(): the process or the broker may be gone then. Record an event in the action: "
                    "events.actions.record(…)"
                )
                yield Offence(module, node.lineno, message)


@rule
def own_code_is_imported_at_the_top(project: Project) -> Offences:
    for function in functions(project):
        for node in ast.walk(function.node):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                if name.split(".")[0] in project.apps:
                    message = (
                        f"imports {name} inside a function: the layering is wrong there. Record an event instead, or "
                        "move the code to the app it belongs to."
                    )
                    yield Offence(function.module, node.lineno, message)


@rule
def recorded_events_have_subscriptions(project: Project) -> Offences:
    known = literal_keys(project, "pystagram.subscriptions", "SUBSCRIPTIONS")
    for module, line, value in unknown_first_arguments(project, "record", known):
        message = (
            f"records {value!r}, which pystagram/subscriptions.py does not know. Add it there, with the tasks that "
            "hear of it or an empty list."
        )
        yield Offence(module, line, message)


@rule
def problems_have_codes_of_the_catalogue(project: Project) -> Offences:
    known = literal_keys(project, "api.problems", "CATALOGUE")
    for module, line, value in unknown_first_arguments(project, "Problem", known):
        message = (
            f"raises {value!r}: add it to CATALOGUE in api/problems.py (a test then prints docs/errors.md), and "
            "declare it at the view by error_codes"
        )
        yield Offence(module, line, message)


def unknown_first_arguments(project: Project, called: str, known: set[str]) -> Iterator[tuple[Module, int, object]]:
    """Where something is called with a literal that is not among the known ones."""
    for module in modules(project):
        for node, name, _ in calls(module.tree):
            first = node.args[0] if name == called and node.args else None
            if isinstance(first, ast.Constant) and first.value not in known:
                yield module, node.lineno, first.value


def literal_keys(project: Project, module: str, name: str) -> set[str]:
    """The keys of a dictionary at the top of a module."""
    for node in project.modules[module].tree.body if module in project.modules else ():
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == name and isinstance(node.value, ast.Dict):
            return {str(key.value) for key in node.value.keys if isinstance(key, ast.Constant)}
    return set()


@rule
def few_remove_bytes(project: Project) -> Offences:
    for module in modules(project):
        for node, name, before in calls(module.tree):
            if name == "delete" and re.search(r"stor(e|age)\b(\(\))?$", before) and module.name not in BYTES_REMOVERS:
                message = (
                    "removes from the store. Online code never does: release the media, and `manage.py purge_media` "
                    "removes what nothing refers to."
                )
                yield Offence(module, node.lineno, message)


@rule
def files_have_names(project: Project) -> Offences:
    for module in modules(project):
        if module.path.stem in {"utils", "helpers", "common", "base", "misc"} and module.name != "api.postgres.base":
            yield Offence(module, 1, "a shared piece gets a name that says what it is.")


@rule
def nothing_is_left_for_later(project: Project) -> Offences:
    for module in modules(project):
        for match in re.finditer(r"\b(TODO|FIXME|XXX)\b", module.text):
            line = module.text.count("\n", 0, match.start()) + 1
            yield Offence(module, line, f"has a {match[1]}: finish it, or take it out")


def broken_rules(project: Project) -> list[str]:
    """Every offence against every rule."""
    return [str(offence) for check in RULES for offence in check(project)]


__all__ = ["RULES", "WRITES", "Offence", "broken_rules"]
