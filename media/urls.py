"""`/v1/media` and `/v1/me/quota`."""

from typing import Any

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from media.views.direct_uploads import DirectUploadViewSet
from media.views.media import MediaViewSet, QuotaViewSet
from media.views.upload_bytes import UploadBytesViewSet

router = SimpleRouter(trailing_slash=False)
router.register("media/uploads", DirectUploadViewSet, basename="media-upload")
router.register("media", MediaViewSet, basename="media")
UPLOAD_BYTES: dict[str, Any] = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
urlpatterns = [
    re_path(
        r"^media/uploads/(?P<pk>[0-9]{1,19})/bytes$",
        UploadBytesViewSet.as_view(UPLOAD_BYTES),
        name="media-upload-bytes",
    ),
    *router.urls,
    path("me/quota", QuotaViewSet.as_view({"get": "retrieve"}), name="me-quota"),
]
