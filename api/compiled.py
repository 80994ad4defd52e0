"""Reads compiled once.

The SQL text of a read depends on its shape, not on the values in it, yet Django composes it anew for every request:
some 2 ms for one statement of the visibility rule. Here a QuerySet is built once in a process with *parameters* in the
places of values, its text is kept, and every call binds its values to the places.

    @compiled
    def names_of(given: Parameters, *, limit: int) -> QuerySet[Any]:
        return User.objects.filter(any_of("pk", given.ids("people"))).values_list("username")[:limit]

    names_of(limit=20).rows(people=[1, 2, 3])

What stands before the `*` are parameters, what stands behind it is the shape: each shape is compiled for itself, so it
may hold only what has few values (a limit, a flag) and never text. A value reaches PostgreSQL as a bound value only.
"""

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, Protocol, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import BigIntegerField, BooleanField, Expression, Func, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.query import get_related_populators

from api.prepared import Statement

MAX_SHAPES = 512  # of one read; a limit has 100 values


class Parameter(Expression):
    """The place of a value, for use wherever a QuerySet takes a value or an expression."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return f"%s::{self.output_field.db_type(connection)}", (Placeholder(self.name),)


class Placeholder:
    """Stands for a value in the list of a statement's values. Nothing can be bound that is still one."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Person:
    """Somebody not known yet, for rules that take a person and read nothing but the `pk`."""

    def __init__(self, pk: Parameter) -> None:
        self.pk = self.id = pk

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a compiled read knows nothing of a person but the pk, not {name}")


class Parameters:
    """Makes the parameters of a read, by type."""

    def person(self, name: str) -> AbstractBaseUser:
        """A person, bound by their id."""
        return cast(AbstractBaseUser, _Person(self.id(name)))

    def id(self, name: str) -> Any:
        return Parameter(name, BigIntegerField())

    def ids(self, name: str) -> Any:
        """A list of ids, bound as one array whatever its length; see `any_of`."""
        return Parameter(name, ArrayField(BigIntegerField()))

    def raw(self, name: str) -> Any:
        """For the parameters of a `RawSQL`: PostgreSQL sees the type by what stands beside it."""
        return Placeholder(name)

    def text(self, name: str) -> Any:
        return Parameter(name, models.TextField())

    def texts(self, name: str) -> Any:
        """A list of texts, bound as one array whatever its length: `Texts`."""
        return Parameter(name, ArrayField(models.TextField()))

    def of(self, name: str, field: "models.Field[Any, Any]") -> Any:
        """A value of the type of this field."""
        return Parameter(name, field)


def any_of(path: str, ids: Combinable) -> Func:
    """The condition that `path` is one of the array's. (`__in` makes another text for every length.)"""
    return Func(path, ids, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


class Build(Protocol):
    def __call__(self, given: Parameters, **shape: Any) -> QuerySet[Any, Any]: ...


def compiled(build: Callable[..., QuerySet[Any, Any]], **options: bool) -> Callable[..., "CompiledRead"]:
    """Makes of a function that builds a QuerySet one that gives it compiled, once for each shape."""

    @functools.lru_cache(MAX_SHAPES)
    def compile_shape(**shape: Any) -> CompiledRead:
        return CompiledRead(build(Parameters(), **shape), **options)

    @functools.wraps(build)
    def shaped(**shape: Any) -> CompiledRead:
        if any(not isinstance(value, int | None) for value in shape.values()):
            raise TypeError("the shape of a compiled read holds numbers and flags; what varies more is a parameter")
        return compile_shape(**shape)

    shaped.cache_clear = compile_shape.cache_clear  # type: ignore[attr-defined]  # for tests that change a constant
    return shaped


def compiled_unprepared(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., "CompiledRead"]:
    """As `compiled`, of a read that is planned for its values each time: one plan for all would suit few of them."""
    return compiled(build, is_prepared=False)


def compiled_generic(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., "CompiledRead"]:
    """As `compiled`, of a read whose plan is the same for all values, where PostgreSQL would go on planning for
    each, or planning takes several times as long as running it."""
    return compiled(build, is_generic=True)


def compiled_quick(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., "CompiledRead"]:
    """As `compiled`, of one row by its key that a request asks for first (`Statement.is_quick`)."""
    return compiled(build, is_quick=True)


class CompiledRead:
    """A statement with places for values. `options` are those of `Statement`."""

    def __init__(self, queryset: QuerySet[Any, Any], **options: bool) -> None:
        self.alias = queryset.db
        self._model = queryset.model
        self._compiler = queryset.query.clone().get_compiler(self.alias)
        sql, values = self._compiler.as_sql()
        names = [one.name if isinstance(one, Placeholder) else None for one in values]
        constants = [None if isinstance(one, Placeholder) else one for one in values]
        self.statement = Statement(sql, names, constants, **options)
        self.names = frozenset(self.statement.parameters)
        self._converters = self._compiler.get_converters(expression for expression, _, _ in self._compiler.select)

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows as tuples, in the order of `values_list`."""
        if given.keys() != self.names:
            raise TypeError(f"this read takes {sorted(self.names)}, not {sorted(given)}")
        bound = {name: _bound(value) for name, value in given.items()}
        rows = self.statement.fetch(connections[self.alias], bound)
        return list(map(tuple, self._compiler.apply_converters(rows, self._converters))) if self._converters else rows

    def first(self, **given: Any) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        rows = self.rows(**given)
        return rows[0] if rows else None

    def exists(self, **given: Any) -> bool:
        return bool(self.rows(**given))

    def column(self, **given: Any) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self.rows(**given)]

    def instances(self, **given: Any) -> list[Any]:
        """The rows as models, with what `select_related` and `annotate` add; nothing is prefetched."""
        return [self._instance(row) for row in self.rows(**given)]

    def _instance(self, row: Sequence[Any]) -> Any:
        start, end, names, related, annotations = self._layout
        instance = self._model.from_db(self.alias, names, row[start:end])
        for populator in related:
            populator.populate(row, instance)
        for name, place in annotations:
            setattr(instance, name, row[place])
        return instance

    @functools.cached_property
    def _layout(self) -> tuple[int, int, list[str], list[Any], list[tuple[str, int]]]:
        """Where in a row the model's own fields, its relations and its annotations stand."""
        select, info = self._compiler.select, self._compiler.klass_info
        assert info is not None, "`values_list` gives no models"
        fields = info["select_fields"]
        names = [select[number][0].target.attname for number in range(fields[0], fields[-1] + 1)]
        related = get_related_populators(info, select, self.alias)  # type: ignore[call-arg]  # stubs of a later Django
        annotations = list((self._compiler.annotation_col_map or {}).items())
        return fields[0], fields[-1] + 1, names, related, annotations


_PART = re.compile(r"\{(\w+)\}|%\((\w+)\)s")


def composed(text: str, reads: Mapping[str, QuerySet[Any, Any]], **options: bool) -> Statement:
    """A statement: `{name}` is one of the QuerySets, `%(name)s` a value. `options` are those of `Statement`."""
    names: list[str | None] = []
    constants: list[Any] = []

    def part(found: re.Match[str]) -> str:
        if found[2]:
            names.append(found[2])
            constants.append(None)
            return "%s"
        statement = CompiledRead(reads[found[1]]).statement
        names.extend(statement.names)
        constants.extend(statement.constants)
        return statement.sql

    return Statement(_PART.sub(part, text), names, constants, **options)


class CompiledWrite:
    """A statement that changes rows and answers with some, put together as by `composed`.

    For what has to be one statement, so that no lock is held while PostgreSQL waits for this process.
    """

    def __init__(self, text: str, **reads: QuerySet[Any, Any]) -> None:
        self.statement = composed(text, reads)

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """What it answers with, as the driver gives it."""
        return self.statement.fetch(connections[DEFAULT_DB_ALIAS], {key: _bound(value) for key, value in given.items()})


class Texts(list[str]):
    """The value of `Parameters.texts`. Any other list is of whole numbers."""


def _bound(value: Any) -> Any:
    """A value as psycopg2 binds it. None is another shape (`isnull`), so it is refused."""
    if value is None:
        raise TypeError("None is bound to no place: it makes another statement")
    if isinstance(value, Texts):
        return list(value)
    if isinstance(value, list | tuple | set | frozenset):
        return _array(value)
    return value


def _array(values: Iterable[Any]) -> Any:
    """Whole numbers as PostgreSQL's text of an array, which is bound in a tenth of the time of a list."""
    return "{" + ",".join([f"{value:d}" for value in values]) + "}"
