"""`/v1/media`."""

from rest_framework.routers import SimpleRouter

from media.views import MediaViewSet

router = SimpleRouter(trailing_slash=False)
router.register("media", MediaViewSet, basename="media")
urlpatterns = router.urls
