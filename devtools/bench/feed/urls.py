"""Pystagram's addresses, and the contenders'."""

from django.urls import path

from devtools.bench.feed.contenders import views
from pystagram.urls import handler400, handler403, handler404, handler500
from pystagram.urls import urlpatterns as ours

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *ours,
    path("bench/nothing", views.Nothing.as_view()),
    path("bench/plain", views.Plain.as_view()),
    path("bench/pull", views.Pull.as_view()),
]
