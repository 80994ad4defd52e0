"""Numbers of exports; `GET /v1/instance` tells clients those that concern them."""

from datetime import timedelta

KEPT_FOR = timedelta(days=7)
PAUSE = timedelta(days=1)  # an export younger than this is the answer to a new request
GIVE_UP_AFTER = timedelta(days=2)
IMPORTS_KEPT_FOR = timedelta(days=30)
MAX_ITEMS = 100_000  # of one archive
MAX_COLLECTED = 10_000  # posts of one collection
MAX_SOURCE_LENGTH = 400
# Of originals in one archive: a worker needs this much room on its disk, and repeats this much after a crash.
MAX_PART_BYTES = 1024**3
STORE_LEASE = timedelta(minutes=5)  # while one archive is written to the store, which does not say how far it is
FORMAT, VERSION = "pystagram-archive", 1
