"""`/v1/notifications` and the settings of it."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("notifications", views.NotificationsViewSet.as_view({"get": "list"}), name="notifications"),
    path(
        "notifications/unread-count", views.UnreadCountViewSet.as_view({"get": "retrieve"}), name="notifications-unread"
    ),
    path("notifications/seen", views.SeenViewSet.as_view({"put": "update"}), name="notifications-seen"),
    path(
        "me/notification-settings",
        views.NotificationSettingsViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="notification-settings",
    ),
]
