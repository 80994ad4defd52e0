"""The settings of what is measured: pystagram's own, the contenders' addresses beside its, and longer tokens."""

from datetime import timedelta

from pystagram.settings import *  # noqa: F403
from pystagram.settings import SIMPLE_JWT as _TOKENS

ROOT_URLCONF = "devtools.bench.feed.urls"
SIMPLE_JWT = {**_TOKENS, "ACCESS_TOKEN_LIFETIME": timedelta(days=2)}
