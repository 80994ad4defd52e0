"""The presigned request that sends an announced file. Made for its owner alone."""

from django.utils import timezone

from media.models import DirectUpload
from media.stores import layout
from media.stores.interface import PresignedUpload
from media.stores.layout import Digest
from media.stores.upload_tokens import OPEN_FOR


def presigned_upload_of(upload: DirectUpload) -> PresignedUpload | None:
    """The presigned upload, valid while the upload is open; None when it is completed or over."""
    seconds = int(min(upload.expires_at - timezone.now(), OPEN_FOR).total_seconds())
    if seconds <= 0 or upload.media_id is not None:
        return None
    return layout.public_store().presign_upload(upload.key, Digest(upload.size, upload.sha256), seconds)
