"""Every write of media."""

from media.actions.attaching import attach, release
from media.actions.editing import delete, edit_alt_text
from media.actions.housekeeping import abandon_uploads, prune_keys, resume_stuck
from media.actions.processing import fail, process
from media.actions.rebuilding import rebuild
from media.actions.uploading import begin_upload, finish_upload, upload
from media.actions.withdrawing import give_back, return_to_view, withdraw, withhold

__all__ = [
    "abandon_uploads",
    "attach",
    "begin_upload",
    "delete",
    "edit_alt_text",
    "fail",
    "finish_upload",
    "give_back",
    "process",
    "prune_keys",
    "rebuild",
    "release",
    "resume_stuck",
    "return_to_view",
    "upload",
    "withdraw",
    "withhold",
]
