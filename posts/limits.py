"""What people may write and keep of posts: what enforces it and `GET /v1/instance` read the same numbers.

How much one query or one process takes is stated where it is used.
"""

from datetime import timedelta

MAX_CAPTION_LENGTH = 2200
MAX_COMMENT_LENGTH = 256  # fixed by the order
MAX_PLACE_LENGTH = 100
MAX_TAG_LENGTH = 100
MAX_ALT_TEXT_LENGTH = 1500
MAX_MEDIA = 10
MAX_TAGS = 30
MAX_MENTIONS = 20  # of a caption, and of a comment
MAX_PINNED_COMMENTS = 3
MAX_HIDDEN_WORDS = 100
MAX_HIDDEN_WORD_LENGTH = 50
COMMENT_EDITABLE_FOR = timedelta(minutes=15)
TRASH_KEPT_FOR = timedelta(days=30)
MAX_TAGS_FOLLOWED = 200
MAX_DRAFTS = 100
MAX_PUBLISH_AHEAD = timedelta(days=365)
PUBLISH_TOLERANCE = timedelta(minutes=5)  # a moment that has just passed, by a slow clock or network, means now
MAX_COLLECTIONS = 100
MAX_COLLECTION_LENGTH = 50
MAX_ORDERED_AT_ONCE = 100
MAX_TRENDING = 20
