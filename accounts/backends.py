from django.contrib.auth.backends import ModelBackend


class UsernameOrEmail(ModelBackend):
    """Log-in by user name or address."""
