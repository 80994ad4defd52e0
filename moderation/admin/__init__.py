"""The moderators' workbench, and moderation's rows."""

from moderation.admin import cases, rows

__all__ = ["cases", "rows"]
