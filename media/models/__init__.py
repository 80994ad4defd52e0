"""Originals, what is made of them, how they arrive, and which are refused."""

from media.models.image_hashes import MAX_DISTANCE, ImageHash, kept_bands
from media.models.originals import Blob, Media, MediaQuerySet, Rendition
from media.models.refused_images import BlockedImage, BlockedImageQuerySet, ImageRefusal, ImageRefusalQuerySet
from media.models.uploads import DirectUpload, DirectUploadQuerySet, UploadPart

__all__ = [
    "MAX_DISTANCE",
    "Blob",
    "BlockedImage",
    "BlockedImageQuerySet",
    "DirectUpload",
    "DirectUploadQuerySet",
    "ImageHash",
    "ImageRefusal",
    "ImageRefusalQuerySet",
    "Media",
    "MediaQuerySet",
    "Rendition",
    "UploadPart",
    "kept_bands",
]
