"""`/v1/me/exports`, `/v1/me/imports`."""

from django.urls import path

from portability import views

urlpatterns = [
    path("me/exports", views.ExportViewSet.as_view({"get": "list", "post": "create"}), name="export-list"),
    path("me/exports/<int:pk>", views.ExportViewSet.as_view({"get": "retrieve"}), name="export-detail"),
    path("me/imports", views.ImportViewSet.as_view({"get": "list", "post": "create"}), name="import-list"),
    path("me/imports/<int:pk>", views.ImportViewSet.as_view({"get": "retrieve"}), name="import-detail"),
    path("me/imports/<int:pk>/start", views.ImportViewSet.as_view({"post": "start"}), name="import-start"),
    path("me/imports/<int:pk>/skipped", views.SkippedViewSet.as_view({"get": "list"}), name="import-skipped"),
]
