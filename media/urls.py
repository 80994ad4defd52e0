"""`/v1/media` and `/v1/me/quota`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from media.views.direct_uploads import DirectUploadViewSet
from media.views.media import MediaViewSet, QuotaViewSet

router = SimpleRouter(trailing_slash=False)
router.register("media/uploads", DirectUploadViewSet, basename="media-upload")
router.register("media", MediaViewSet, basename="media")
urlpatterns = [
    *router.urls,
    path("me/quota", QuotaViewSet.as_view({"get": "retrieve"}), name="me-quota"),
]
