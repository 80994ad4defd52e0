"""What people are told of, by whom, and how often mails tell it."""

from datetime import timedelta

from api.choices import Choices


class Kind(Choices):
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    REQUEST_ACCEPTED = "request_accepted"
    LIKE = "like"
    COMMENT = "comment"
    REPLY = "reply"
    MENTION = "mention"
    COMMENT_LIKE = "comment_like"
    STORY = "story"
    MEDIA_FAILED = "media_failed"
    MODERATION = "moderation"


class From(Choices):
    """From whom somebody wants notifications of a kind."""

    EVERYBODY = "everybody"
    PEOPLE_I_FOLLOW = "people_i_follow", "People I follow"
    NOBODY = "nobody"


class Every(Choices):
    """How often somebody wants a digest by mail."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


PERIODS: dict[str, timedelta] = {Every.DAILY: timedelta(days=1), Every.WEEKLY: timedelta(days=7)}
ALWAYS = {Kind.MEDIA_FAILED, Kind.MODERATION}
CHOICES = tuple(kind.value for kind in Kind if kind not in ALWAYS)  # the kinds that somebody may limit
