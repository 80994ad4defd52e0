"""Numbers of the social graph that are no settings."""

from datetime import timedelta

MAX_MUTE = timedelta(days=366)  # of a mute with an end
MAX_MUTUALS_COUNTED = 100  # of a profile
