"""Search in the admin, by indexes alone: what a field's index answers is asked, and nothing else.

Django's own puts `UPPER(column) LIKE UPPER('%…%')` on every field into one OR, which reads the whole table.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ValidationError
from django.db.models import CharField, Lookup, Model, Q, QuerySet, TextField

from api.admin_lists import MAX_COUNTED
from api.ids import MAX_ID
from api.words import HasWords

Finder = Callable[[str], Iterable[int]]
FINDERS: dict[type[Model], list[Finder]] = {}
MIN_PATTERN_LETTERS = 3  # a trigram index reads everything for fewer


class ILike(Lookup):
    """`column ILIKE '%…%'`, which a trigram index serves; Django's `icontains` compares `UPPER(column)`."""

    lookup_name = "ilike"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        words = str(self.rhs).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{left} ILIKE %s", (*parameters, f"%{words}%")


for field in (CharField, TextField):
    field.register_lookup(ILike)
    field.register_lookup(HasWords)


def finds(model: type[Model]) -> Callable[[Finder], Finder]:
    """Lets a function of an app above find rows of the model: it takes what was typed and gives ids."""

    def register(finder: Finder) -> Finder:
        FINDERS.setdefault(model, []).append(finder)
        return finder

    return register


def search(queryset: QuerySet[Any], fields: Iterable[str], typed: str) -> QuerySet[Any]:
    """The rows that one of the fields, or a finder of the model, finds for what was typed.

    A field is a path, with `__startswith`, `__ilike` or `__words` where an index serves that; without, equality is
    asked. Of each field the newest 1,000 rows are found.
    """
    typed = typed.strip()
    ids: set[Any] = set()
    for path in fields:
        asked = _asked(queryset.model, path, typed)
        if asked is not None:
            ids.update(queryset.filter(asked).order_by("-pk").values_list("pk", flat=True)[:MAX_COUNTED])
    for finder in FINDERS.get(queryset.model, []):
        ids.update(finder(typed))
    return queryset.filter(pk__in=ids)


def _asked(model: type[Model], path: str, typed: str) -> Q | None:
    """The condition; None where the field can hold no such value."""
    names, _, lookup = path.rpartition("__")
    if lookup not in {"startswith", "ilike", "words"}:
        names, lookup = path, "in"
    relation, _, name = names.rpartition("__")
    fields = get_fields_from_path(model, names)
    values = _values(fields[-1], typed)
    if not values or (lookup == "ilike" and len(typed) < MIN_PATTERN_LETTERS):
        return None
    value = values if lookup == "in" else values[-1]
    if not relation or name == fields[-1].model._meta.pk.name:
        return Q(**{f"{names}__{lookup}": value})
    # Their ids first: with a join, PostgreSQL may walk the whole table in the order of the list.
    found = fields[-1].model._default_manager.filter(**{f"{name}__{lookup}": value}).values_list("pk", flat=True)
    return Q(**{f"{relation}__in": list(found[:MAX_COUNTED])})


def _values(field: Any, typed: str) -> list[Any]:
    """What was typed as values of the field: words as they are and in lower case, a name without its @."""
    if isinstance(field, CharField | TextField):
        word = typed.removeprefix("@")
        return list(dict.fromkeys([word, word.lower()])) if word else []
    target = field.target_field if field.is_relation else field
    try:
        value = target.clean(typed, None)
    except (ValidationError, ValueError):
        return []
    return [] if isinstance(value, int) and abs(value) > MAX_ID else [value]
