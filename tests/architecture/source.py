"""The project's source as the architecture rules see it: modules, classes with resolved bases, functions.

Nothing of the project is imported, so the rules run within seconds, before a commit, and on sources that are only
planted in a test. Kinds (view, serializer, task, …) follow from base classes, decorators and annotations, never from
the name of a file.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
# Kind -> prefixes of the library classes that make a class one of it.
KINDS = {
    "view": (
        "rest_framework.viewsets.",
        "rest_framework.views.",
        "rest_framework.generics.",
        "rest_framework.mixins.",
        "django.views.",
        "django.contrib.auth.views.",
        "drf_spectacular.views.",
    ),
    "serializer": ("rest_framework.serializers.", "rest_framework.fields."),
    "permission": ("rest_framework.permissions.",),
    "admin": ("django.contrib.admin.",),
    "model": ("django.db.models.Model", "django.contrib.auth.models.", "django.contrib.auth.base_user."),
    "queryset": ("django.db.models.QuerySet", "django.db.models.Manager"),
}
REQUESTS = {"django.http.HttpRequest", "rest_framework.request.Request"}
TASK_DECORATORS = {
    "celery.shared_task",
    "events.decorators.batch_task",
    "events.decorators.transactional_task",
    "events.decorators.idempotent_task",
}


@cache
def parsed(text: str) -> ast.Module:
    """The syntax tree of a file; shared by all projects that hold it, and changed by nobody."""
    return ast.parse(text)


@dataclass(frozen=True)
class Function:
    """A function or method; `cls` is the class that it belongs to."""

    module: "Module"
    node: ast.FunctionDef | ast.AsyncFunctionDef
    cls: "Class | None" = None

    @property
    def parameters(self) -> list[ast.arg]:
        arguments = self.node.args
        return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]

    @property
    def decorators(self) -> set[str]:
        calls = [each.func if isinstance(each, ast.Call) else each for each in self.node.decorator_list]
        return {self.module.resolve(each) for each in calls}


@dataclass(frozen=True)
class Class:
    """A class and the dotted names of its bases."""

    module: "Module"
    node: ast.ClassDef

    @property
    def name(self) -> str:
        return f"{self.module.name}.{self.node.name}"

    @property
    def bases(self) -> list[str]:
        plain = [base.value if isinstance(base, ast.Subscript) else base for base in self.node.bases]
        return [self.module.resolve(base) for base in plain]


@dataclass
class Module:
    """One parsed file."""

    path: PurePosixPath
    text: str
    project: "Project"
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        self.tree = parsed(self.text)

    @cached_property
    def name(self) -> str:
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    @property
    def app(self) -> str:
        return self.path.parts[0]

    @cached_property
    def imports(self) -> dict[str, str]:
        """Local name -> dotted name of what it stands for, for every import of the file."""
        found: dict[str, str] = {}
        package = self.name.split(".") if self.path.name == "__init__.py" else self.name.split(".")[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found.update({alias.asname or alias.name.split(".")[0]: (alias.asname and alias.name) or
                              alias.name.split(".")[0] for alias in node.names})  # fmt: skip
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) - node.level + 1] if node.level else []
                source = ".".join([*above, *([node.module] if node.module else [])])
                found.update({alias.asname or alias.name: f"{source}.{alias.name}" for alias in node.names})
        return found

    def resolve(self, node: ast.expr) -> str:
        """The dotted name that an expression like `models.Model` stands for; its text where that is unknown."""
        first, _, rest = ast.unparse(node).partition(".")
        if first in self.imports:
            return self.project.origin(f"{self.imports[first]}.{rest}".rstrip("."))
        return f"{self.name}.{first}" if first in self.top_level and not rest else ast.unparse(node)

    @cached_property
    def top_level(self) -> set[str]:
        defined = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        return {node.name for node in self.tree.body if isinstance(node, defined)}

    @cached_property
    def classes(self) -> list[Class]:
        return [Class(self, node) for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)]

    @cached_property
    def functions(self) -> list[Function]:
        """Every function and method, nested ones as parts of theirs."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        found = [Function(self, node) for node in self.tree.body if isinstance(node, kinds)]
        for cls in self.classes:
            found += [Function(self, node, cls) for node in cls.node.body if isinstance(node, kinds)]
        return found


class Project:
    """All modules by dotted name. `files` maps paths, relative to the root, to their text.

    `checked` are the paths that rules look at, by default all; the others are there to be resolved.
    """

    def __init__(self, files: Mapping[str, str], checked: Collection[str] | None = None) -> None:
        every = [Module(PurePosixPath(path), text, self) for path, text in sorted(files.items())]
        self.modules = {module.name: module for module in every}
        self.checked = [module for module in every if checked is None or module.path.as_posix() in checked]
        self.apps = {module.app for module in every}
        self._kinds: dict[str, set[str]] = {}

    @cached_property
    def classes(self) -> dict[str, Class]:
        return {cls.name: cls for module in self.modules.values() for cls in module.classes}

    @cached_property
    def functions(self) -> dict[str, Function]:
        plain = [function for module in self.modules.values() for function in module.functions if not function.cls]
        return {f"{function.module.name}.{function.node.name}": function for function in plain}

    def origin(self, name: str) -> str:
        """Follows re-exports: `posts.models.Post` is `posts.models.posts.Post`."""
        for _ in range(5):
            package, _, last = name.rpartition(".")
            module = self.modules.get(package)
            if module is None or last in module.top_level or last not in module.imports:
                break
            name = module.imports[last]
        return name

    def kinds_of(self, name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        """The kinds of a class by its dotted name, through its bases in the project and in libraries."""
        if name not in self._kinds:
            self._kinds[name] = self._kinds_of(name, seen)
        return self._kinds[name]

    def _kinds_of(self, name: str, seen: frozenset[str]) -> set[str]:
        cls = self.classes.get(name)
        if cls is None:
            return {kind for kind, prefixes in KINDS.items() if name.startswith(prefixes)}
        bases = [base for base in cls.bases if base not in seen]
        return set().union(*(self.kinds_of(base, seen | {name}) for base in bases))

    def is_kind(self, function: Function, *kinds: str) -> bool:
        """Whether a method belongs to a class of one of the kinds; of a function, whether it answers a request."""
        if function.cls is not None:
            return bool(self.kinds_of(function.cls.name) & set(kinds))
        if "task" in kinds and function.decorators & TASK_DECORATORS:
            return True
        annotated = {function.module.resolve(arg.annotation) for arg in function.parameters if arg.annotation}
        return "view" in kinds and bool(annotated & REQUESTS)


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str, str]]:
    """Every call with the function's last name and what stands before it: (call, "get", "Post.objects")."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            before = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            yield node, getattr(node.func, "attr", getattr(node.func, "id", "")), before


def project_files(root: Path = ROOT) -> dict[str, str]:
    """The project's own code, without tests and migrations."""
    found = {}
    for package in sorted(root.glob("*/__init__.py")):
        for path in sorted(package.parent.rglob("*.py")):
            name = path.relative_to(root)
            if not {"tests", "migrations", "__pycache__"} & set(name.parts):
                found[name.as_posix()] = path.read_text()
    return found
