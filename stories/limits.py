"""The limits of stories in one place: what enforces them and `GET /v1/instance` read the same numbers.

How long a story lasts is `settings.STORY_SECONDS`.
"""

from datetime import timedelta

MAX_VIDEO_SECONDS = 60
LONGEST_VIDEO_SECONDS = MAX_VIDEO_SECONDS + 0.25  # a few frames more are taken: cameras stop after the second they say
MAX_PER_DAY = 100
DAY = timedelta(hours=24)
MAX_SEEN_AT_ONCE = 100
MAX_TITLE_LENGTH = 30
MAX_HIGHLIGHTS = 100
MAX_ITEMS = 100
