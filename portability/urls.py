"""`/v1/me/exports`."""

from django.urls import path

from portability import views

urlpatterns = [
    path("me/exports", views.ExportViewSet.as_view({"get": "list", "post": "create"}), name="export-list"),
    path("me/exports/<int:pk>", views.ExportViewSet.as_view({"get": "retrieve"}), name="export-detail"),
]
