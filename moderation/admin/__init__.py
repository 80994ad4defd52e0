"""The moderators' workbench, and moderation's rows."""

from moderation.admin import appeals, cases, rows

__all__ = ["appeals", "cases", "rows"]
