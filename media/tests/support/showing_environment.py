"""A module for a confined process that shows its environment."""

import os

print(dict(os.environ))  # noqa: T201
