"""The WSGI application; `granian --interface wsgi pystagram.wsgi:application` serves it."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from api.postgres.read_timeout import set_read_timeout
from api.wsgi.body_limiter import limit_waiting_bodies
from api.wsgi.charsets import refuse_unknown_charsets

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pystagram.settings")
# The server's own variable, so that both speak of the same threads: three quarters may wait for bodies.
THREADS = int(os.environ.get("GRANIAN_BLOCKING_THREADS", "16"))
application = limit_waiting_bodies(refuse_unknown_charsets(get_wsgi_application()), limit=max(1, THREADS * 3 // 4))
set_read_timeout()

# What is loaded now stays for good: the collector need not look at it again. And a feed makes ten thousand objects that
# die by their counts alone; looking for cycles every 700 of them took a third of its time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
