"""Posts and what hangs on them."""

from .changes import PostChange
from .collections import Collection, CollectionItem
from .comments import Comment, CommentLike, CommentMention
from .hidden_words import HiddenWords
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
    "HiddenWords",
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
