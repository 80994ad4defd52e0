"""What search keeps: search keys and lexemes, fed by events, rebuilt by `reindex`."""

from search.people.models import PersonDocument, PersonWord
from search.posts.models import SearchDocument
from search.suggestions.models import DismissedSuggestion

__all__ = ["DismissedSuggestion", "PersonDocument", "PersonWord", "SearchDocument"]
