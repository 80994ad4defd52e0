"""Every write of media."""

from media.actions.attaching import attach, lock_owner, release
from media.actions.editing import delete, edit_alt_text
from media.actions.failing import fail
from media.actions.hashing import hash_old
from media.actions.housekeeping import abandon_uploads, prune_keys, resume_stuck
from media.actions.processing import process
from media.actions.rebuilding import rebuild
from media.actions.refusing import allow_image, forget_refusals, refuse_hash, refuse_image, take_back_refusal
from media.actions.uploading import begin_upload, finish_upload, upload
from media.actions.withdrawing import give_back, return_to_view, withdraw, withhold

__all__ = [
    "abandon_uploads",
    "allow_image",
    "attach",
    "begin_upload",
    "delete",
    "edit_alt_text",
    "fail",
    "finish_upload",
    "forget_refusals",
    "give_back",
    "hash_old",
    "lock_owner",
    "process",
    "prune_keys",
    "rebuild",
    "refuse_hash",
    "refuse_image",
    "release",
    "resume_stuck",
    "return_to_view",
    "take_back_refusal",
    "upload",
    "withdraw",
    "withhold",
]
