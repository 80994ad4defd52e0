"""Removing the exports of somebody who is purged, and the notes of what they imported."""

from accounts.models import User
from api.actions import delete_some
from portability.actions.exporting import remove_export
from portability.models import Export, Import, ImportItem

ROWS_AT_ONCE = 1000


def purge_person(*, user_id: int, most: int = ROWS_AT_ONCE) -> bool:
    """Removes at most so many rows, and all archives; whether nothing is left. `storage_unavailable` if the store
    fails."""
    person = User.objects.get_queryset().purged().filter(pk=user_id).first()
    if person is None:
        return True
    for export in list(Export.objects.owned_by(person)):
        remove_export(export=export)
    items = delete_some(rows=ImportItem.objects.filter(owner=person), most=most)
    return items + delete_some(rows=Import.objects.owned_by(person), most=most) == 0
