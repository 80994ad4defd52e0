"""The settings of what is measured: pystagram's own, the contenders' addresses, longer tokens, all posts pushed."""

from datetime import timedelta

from pystagram.settings import *  # noqa: F403
from pystagram.settings import SIMPLE_JWT as _TOKENS

ROOT_URLCONF = "devtools.bench.feed.urls"
PULL_FROM = 10**9  # pushing is measured up to a million followers; pulling by rows of its own (parts/curves.py)
SIMPLE_JWT = {**_TOKENS, "ACCESS_TOKEN_LIFETIME": timedelta(days=2)}
