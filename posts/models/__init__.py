"""Posts and what hangs on them."""

from .changes import PostChange
from .comments import Comment, CommentLike
from .places import Place, PostCell
from .posts import Mention, Post, PostMedia
from .reactions import Reaction, Save
from .tags import PostTag, Tag, TagFollow, TrendingTag

__all__ = [
    "Comment",
    "CommentLike",
    "Mention",
    "Place",
    "Post",
    "PostCell",
    "PostChange",
    "PostMedia",
    "PostTag",
    "Reaction",
    "Save",
    "Tag",
    "TagFollow",
    "TrendingTag",
]
