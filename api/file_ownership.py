"""Who owns what a process makes below `PYSTAGRAM_VAR`."""

import os
from pathlib import Path


def inherit_owner(path: Path) -> None:
    """Gives what root has just made to the owner of its folder.

    `make run` by root drops its rights; a `manage.py` that root runs beside it would leave what it cannot write.
    """
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
