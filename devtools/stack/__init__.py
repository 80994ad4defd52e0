"""The one-command stack: real servers and the project's own processes, started, watched and stopped together.

Standard library only: it runs before Django is configured, and the guard runs outside any package.
"""
