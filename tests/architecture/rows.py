"""Which expressions of a function are rows: a model's manager, a QuerySet, an instance. Read from the code alone.

An expression is taken for rows when it begins at a manager (`Post.objects`), at a model (`Post(…)`), or at a name whose
annotation, or the annotation of the function that made it, says that it is a model or a QuerySet.
"""

import ast

from tests.architecture.source import Function, Module

WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
          "asave", "acreate", "aupdate", "adelete", "create_once"}  # fmt: skip
READS = {"get", "all", "filter", "exclude", "first", "last", "earliest", "latest", "in_bulk", "values", "count",
         "values_list", "annotate", "aggregate", "raw", "exists", "order_by", "select_related",
         "prefetch_related"}  # fmt: skip
MANAGERS = {"objects", "_base_manager", "_default_manager"}
DICTIONARIES = {"payload", "__dict__", "data", "validated_data", "cleaned_data", "headers", "META", "session", "_meta"}


class Rows:
    """The rows of one function."""

    def __init__(self, function: Function) -> None:
        self.module: Module = function.module
        self.names: set[str] = {"self"} if self._is_of_rows(function) else set()
        for arg in function.parameters:
            if arg.annotation is not None and self._names_rows(arg.annotation):
                self.names.add(arg.arg)
        for _ in range(3):  # a name may stand for another one
            for node in ast.walk(function.node):
                self._learn(node)

    def _is_of_rows(self, function: Function) -> bool:
        owner = function.cls
        return owner is not None and bool(self.module.project.kinds_of(owner.name) & {"model", "queryset"})

    def _names_rows(self, annotation: ast.expr) -> bool:
        """`Post`, `Post | None`, `QuerySet[Post]`, `list[Post]`, `"Post"`."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        parts = [node for node in ast.walk(annotation) if isinstance(node, ast.Name | ast.Attribute)]
        project = self.module.project
        return any(project.kinds_of(self.module.resolve(part)) & {"model", "queryset"} for part in parts)

    def _learn(self, node: ast.AST) -> None:
        pairs: list[tuple[ast.expr | None, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
            pairs = [(node.target, node.value)]
        elif isinstance(node, ast.For | ast.comprehension):
            pairs = [(node.target, node.iter)]
        for target, value in pairs:
            if isinstance(target, ast.Name) and value is not None and self.contains(value):
                self.names.add(target.id)

    def contains(self, node: ast.expr) -> bool:
        """Whether the expression is rows."""
        if isinstance(node, ast.Name):
            return node.id in self.names
        if isinstance(node, ast.Attribute):
            return node.attr in MANAGERS or (node.attr not in DICTIONARIES and self.contains(node.value))
        if isinstance(node, ast.BoolOp):
            return any(self.contains(value) for value in node.values)
        if isinstance(node, ast.IfExp):
            return self.contains(node.body) or self.contains(node.orelse)
        if isinstance(node, ast.Subscript):
            return self.contains(node.value)
        return isinstance(node, ast.Call) and self._is_made(node)

    def _is_made(self, call: ast.Call) -> bool:
        """A model's instance, a step of a QuerySet, or what a function of the project says that it returns."""
        if isinstance(call.func, ast.Attribute) and self.contains(call.func.value):
            return call.func.attr not in {"count", "exists", "values", "values_list", "aggregate"}
        name = self.module.resolve(call.func)
        project = self.module.project
        made_by = project.functions.get(name)
        if made_by is not None and made_by.node.returns is not None:
            return Rows.__new__(Rows)._of(made_by.module)._names_rows(made_by.node.returns)
        return bool(project.kinds_of(name) & {"model", "queryset"})

    def _of(self, module: Module) -> "Rows":
        self.module = module
        return self

    def writes(self, node: ast.Call) -> bool:
        """Whether the call writes rows."""
        function = node.func
        return isinstance(function, ast.Attribute) and function.attr in WRITES and self.contains(function.value)
