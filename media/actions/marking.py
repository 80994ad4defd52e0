"""Marking the folder where media are kept, once: the first time that anything is stored."""

from media.models import Blob
from media.stores import layout
from media.stores.local import LocalStore, Unmarked


def is_mounted() -> bool:
    """Whether the store may be written to. A folder without its mark may, as long as no original is anywhere."""
    store = layout.store()
    return not isinstance(store, LocalStore) or store.is_marked or _is_new(store)


def _is_new(store: LocalStore) -> bool:
    """Nothing was stored yet, or it was before folders had marks and is there."""
    known = Blob.objects.filter(state=Blob.State.STORED)
    return not known.exists() or any(store.path(key).exists() for key in known.values_list("key", flat=True)[:20])


def ensure_marked() -> None:
    """Marks a folder at its first use. `storage_unavailable` if the database knows of originals and none is there."""
    store = layout.store()
    if not isinstance(store, LocalStore) or store.is_marked:
        return
    if not _is_new(store):
        raise Unmarked("The originals that the database knows are not in the folder of media: is its volume mounted?")
    store.mark()
