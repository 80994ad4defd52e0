"""The limits of stories in one place: what enforces them and `GET /v1/instance` read the same numbers.

How long a story lasts is `settings.STORY_SECONDS`.
"""

from datetime import timedelta

LONGEST_VIDEO_SECONDS = 60
MOST_A_DAY = 100
DAY = timedelta(hours=24)
MOST_SEEN_AT_ONCE = 100
LONGEST_TITLE = 30
MOST_HIGHLIGHTS = 100
MOST_ITEMS = 100
KEYS_KEPT_FOR = timedelta(hours=24)
