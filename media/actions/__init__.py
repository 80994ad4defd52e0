"""Every write of media."""

from media.actions.attaching import attach, release, withdraw
from media.actions.editing import delete, edit_alt_text
from media.actions.housekeeping import abandon_uploads, prune_keys, resume_stuck
from media.actions.processing import fail, process
from media.actions.rebuilding import rebuild
from media.actions.uploading import begin_upload, finish_upload, upload

__all__ = [
    "abandon_uploads",
    "attach",
    "begin_upload",
    "delete",
    "edit_alt_text",
    "fail",
    "finish_upload",
    "process",
    "prune_keys",
    "rebuild",
    "release",
    "resume_stuck",
    "upload",
    "withdraw",
]
