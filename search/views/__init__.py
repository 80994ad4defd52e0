"""The addresses of this room: search, explore, suggestions."""
