"""What search keeps: folded copies, fed by facts, rebuilt by `reindex`."""

from search.models.documents import SearchDocument
from search.models.people import PersonDocument, PersonWord
from search.models.suggestions import DismissedSuggestion

__all__ = ["DismissedSuggestion", "PersonDocument", "PersonWord", "SearchDocument"]
