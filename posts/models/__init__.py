"""Posts and what hangs on them."""

from .comments import Comment, CommentLike
from .places import Place
from .posts import Mention, Post, PostMedia, PostTag, Tag
from .reactions import Reaction, Save

__all__ = [
    "Comment",
    "CommentLike",
    "Mention",
    "Place",
    "Post",
    "PostMedia",
    "PostTag",
    "Reaction",
    "Save",
    "Tag",
]
