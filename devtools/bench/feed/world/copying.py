"""Rows by COPY: text for what varies in length, PostgreSQL's binary form for tables of numbers.

Columns that are not given get what Django would insert, so that a new column with a default needs nothing here.
"""

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import DateTimeField, Field, Model
from django.db.models.fields import NOT_PROVIDED

POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
HEADER, TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_TYPES = {"bigint": ">i8", "integer": ">i4", "smallint": ">i2", "boolean": "i1", "timestamp with time zone": ">i8"}
Columns = Mapping[str, Any]


def microseconds(moment: datetime) -> int:
    """A moment as PostgreSQL's binary form has it."""
    return int((moment - POSTGRES_EPOCH).total_seconds() * 1_000_000)


def defaults(model: type[Model], given: Iterable[str], moment: datetime) -> dict[str, Any]:
    """The columns that are not `given` and may not be left to the database, with their values."""
    known, found = set(given), {}
    for field in model._meta.concrete_fields:
        left_out = field.null or field.primary_key or field.db_default is not NOT_PROVIDED
        if field.attname not in known and not left_out:
            found[field.attname] = moment if isinstance(field, DateTimeField) else field.get_default()
    return found


def _column(model: type[Model], name: str) -> "Field[Any, Any]":
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def text_of(value: object) -> str:
    """A value in COPY's text form. (No text of ours has a tab, a backslash or a line's end in it.)"""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def copy_text(cursor: Any, model: type[Model], names: list[str], rows: Iterable[str], moment: datetime) -> None:
    """`rows` are tab-separated, without the line's end."""
    rest = defaults(model, names, moment)
    tail = "".join(f"\t{text_of(value)}" for value in rest.values()) + "\n"
    data = io.StringIO("".join(row + tail for row in rows))
    cursor.copy_expert(f"COPY {model._meta.db_table} ({_listed(model, [*names, *rest])}) FROM STDIN", data)


def _listed(model: type[Model], names: list[str]) -> str:
    return ", ".join(f'"{_column(model, name).column}"' for name in names)


def copy_binary(cursor: Any, model: type[Model], columns: Columns, moment: datetime) -> None:
    """Columns are arrays of whole numbers of one length, or one value for all rows."""
    every = {**columns, **defaults(model, columns, moment)}
    count = next(len(values) for values in columns.values() if isinstance(values, np.ndarray))
    data = HEADER + binary_rows({name: _encoded(model, name, value) for name, value in every.items()}, count) + TRAILER
    table = f"COPY {model._meta.db_table} ({_listed(model, list(every))}) FROM STDIN WITH (FORMAT binary)"
    cursor.copy_expert(table, io.BytesIO(data))


def _encoded(model: type[Model], name: str, value: Any) -> "tuple[str, Any]":
    """The value or array, and its type in numpy's notation, as PostgreSQL wants its bytes."""
    if isinstance(value, str):
        data = value.encode()
        return f"S{len(data)}" if data else "V0", data
    if isinstance(value, datetime):
        return ">i8", microseconds(value)
    return _TYPES[str(_column(model, name).db_type(connection))], value


def binary_rows(columns: "Mapping[str, tuple[str, Any]]", count: int) -> bytes:
    """Rows of COPY's binary form: the number of fields, then each one's length and bytes."""
    parts: list[Any] = [("fields", ">i2")]
    for name, (kind, _) in columns.items():
        parts.append((f"{name} length", ">i4"))
        if kind != "V0":
            parts.append((name, kind))
    rows = np.zeros(count, dtype=parts)
    rows["fields"] = len(columns)
    for name, (kind, values) in columns.items():
        rows[f"{name} length"] = 0 if kind == "V0" else np.dtype(kind).itemsize
        if kind != "V0":
            rows[name] = values
    return rows.tobytes()
