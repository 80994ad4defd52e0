"""The limits of posts in one place: what enforces them and `GET /v1/instance` read the same numbers."""

from datetime import timedelta

LONGEST_CAPTION = 2200
LONGEST_COMMENT = 256  # fixed by the order
LONGEST_PLACE = 100
LONGEST_TAG = 100
LONGEST_ALT_TEXT = 1500
MOST_MEDIA = 10
MOST_TAGS = 30
MOST_MENTIONS = 20
TRASH_KEPT_FOR = timedelta(days=30)
KEYS_KEPT_FOR = timedelta(hours=24)
MOST_TAGS_FOLLOWED = 200
LONGEST_TRENDING = 20
