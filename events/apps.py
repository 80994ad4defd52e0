from django.apps import AppConfig


class EventsConfig(AppConfig):
    """The durable hand-off: events, their deliveries, the relay."""

    name = "events"
    default_auto_field = "django.db.models.BigAutoField"
