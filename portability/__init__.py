"""A person's data as a whole, across apps: exporting and importing it."""
