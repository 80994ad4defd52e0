"""`/v1/reports`, `/v1/me/moderation`, `/v1/appeals`."""

from django.urls import path

from moderation import views

urlpatterns = [
    path("reports", views.ReportViewSet.as_view({"get": "list", "post": "create"}), name="report-list"),
    path("reports/<id:pk>", views.ReportViewSet.as_view({"get": "retrieve"}), name="report-detail"),
    path("me/moderation", views.OwnDecisionViewSet.as_view({"get": "list"}), name="me-moderation"),
    path("me/moderation/<id:pk>", views.OwnDecisionViewSet.as_view({"get": "retrieve"}), name="me-decision"),
    path("me/moderation/<id:pk>/appeal", views.OwnDecisionViewSet.as_view({"post": "appeal"}), name="me-appeal"),
    path("appeals", views.TokenAppealViewSet.as_view({"post": "create"}), name="appeals"),
]
