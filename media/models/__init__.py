"""Originals, what is made of them, and how they arrive."""

from media.models.originals import Blob, Media, MediaQuerySet, Rendition
from media.models.uploads import DirectUpload, DirectUploadQuerySet, UploadPart

__all__ = ["Blob", "DirectUpload", "DirectUploadQuerySet", "Media", "MediaQuerySet", "Rendition", "UploadPart"]
