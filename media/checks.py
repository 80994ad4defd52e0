"""System checks that need the database: `manage.py migrate` runs them, and so does every start."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from media.actions.marking import is_mounted
from media.models import Blob
from media.stores import layout


@register(Tags.database)
def media_folder_is_mounted(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """An empty folder where a volume should be is found before anything is written into it."""
    if "default" not in (databases or ()) or Blob._meta.db_table not in connection.introspection.table_names():
        return []
    if is_mounted():
        return []
    return [
        Error(
            "The originals that the database knows are not in the folder of media.",
            hint="Mount its volume. If they are lost: manage.py restore FOLDER --over.",
            obj=type(layout.store()).__name__,
            id="media.E001",
        )
    ]
