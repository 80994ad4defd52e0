"""What an archive holds of a person, as rows of JSON documents: name of the document → how its rows are read.

A document is a list of objects with the names of the API. Of other people it holds user names alone.
"""

from collections.abc import Callable, Iterator
from typing import Any

from accounts.models import User
from portability.records import media, moderation, people, posts, stories

Rows = Iterator[dict[str, Any]]
DOCUMENTS: dict[str, Callable[[User], Rows]] = {
    "profile": people.profile,
    "sessions": people.sessions,
    "following": people.following,
    "followers": people.followers,
    "follow_requests": people.follow_requests,
    "blocks": people.blocks,
    "mutes": people.mutes,
    "close_friends": people.close_friends,
    "notification_settings": people.notification_settings,
    "reports": moderation.reports,
    "moderation": moderation.decisions,
    "media": media.media,
    "posts": posts.posts,
    "comments": posts.comments,
    "reactions": posts.reactions,
    "comment_likes": posts.comment_likes,
    "saved": posts.saved,
    "hidden_words": posts.hidden_words,
    "collections": posts.collections,
    "followed_tags": posts.followed_tags,
    "stories": stories.stories,
    "seen_stories": stories.seen_stories,
    "highlights": stories.highlights,
}
