"""Posts as lists show them: bytes of PostSerializer, put together from cards."""

from posts.cards.lists import claims_of, posts_as_json, rows_with_json, warm_up
from posts.cards.rendering import cards

__all__ = ["cards", "claims_of", "posts_as_json", "rows_with_json", "warm_up"]
