"""What can be searched for: one module a kind, each with `find` (see search/found.py)."""
