"""Posts and what hangs on them."""

from .changes import PostChange
from .collections import Collection, CollectionItem
from .comments import Comment, CommentLike, CommentMention
from .places import Place, PostCell
from .posts import Mention, Post, PostMedia
from .reactions import Reaction, Save
from .tags import PostTag, Tag, TagFollow, TrendingTag

__all__ = [
    "Collection",
    "CollectionItem",
    "Comment",
    "CommentLike",
    "CommentMention",
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
