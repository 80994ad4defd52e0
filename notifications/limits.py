"""Numbers of notifications that clients meet, too."""

MAX_COUNTED = 100  # unread notifications, and people of one; 100 means "100 or more"
MAX_ACTORS = 3  # shown with their cards
MAX_KEPT = 1000  # notifications of one person
