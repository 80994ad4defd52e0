"""Where and how an announced file is sent. Minted for its owner alone."""

from django.utils import timezone

from media import storage
from media.models import DirectUpload
from media.storage import Digest
from media.stores import Permit


def permit_of(upload: DirectUpload) -> Permit | None:
    """Leave to send the file, for as long as the upload is open; None when it is completed or over."""
    seconds = int((upload.expires_at - timezone.now()).total_seconds())
    if seconds <= 0 or upload.media_id is not None:
        return None
    return storage.public_store().permit(upload.key, Digest(upload.size, upload.sha256), seconds)
