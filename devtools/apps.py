from django.apps import AppConfig


class DevtoolsConfig(AppConfig):
    """What starts, fills and measures pystagram on a developer's machine. Not in the production image."""

    name = "devtools"
