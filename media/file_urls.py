"""The addresses of renditions, outside `/v1/`: a proxy or CDN can stand before them."""

from django.urls import re_path

from media.views.files import archive, arrive, rendition

urlpatterns = [
    re_path(r"^media/archives/(?P<prefix>[A-Za-z0-9_-]{8,43})/(?P<name>[0-9]{1,4}\.zip)$", archive, name="archive"),
    re_path(r"^media/incoming/(?P<upload_token>[A-Za-z0-9_~-]{20,400})$", arrive, name="incoming"),
    re_path(
        r"^media/(?P<prefix>[A-Za-z0-9_-]{8,43})/(?P<name>[a-z0-9]{1,16}\.(?:webp|jpg|mp4))$",
        rendition,
        name="rendition",
    ),
]
