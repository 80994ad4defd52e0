"""Posts and what hangs on them."""

from posts.models.changes import PostChange
from posts.models.collections import Collection, CollectionItem
from posts.models.comments import Comment, CommentLike, CommentMention
from posts.models.hidden_words import HiddenWords
from posts.models.places import Place, PostCell
from posts.models.posts import Mention, Post, PostMedia
from posts.models.reactions import Reaction, Save
from posts.models.tags import PostTag, Tag, TagFollow, TrendingTag

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
