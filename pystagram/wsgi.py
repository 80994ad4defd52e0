"""The WSGI application. pystagram/rsgi.py serves it in production, `manage.py runserver` while developing."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from api.postgres.read_timeout import set_read_timeout
from api.wsgi.charsets import refuse_unknown_charsets
from api.wsgi.chunked import declare_length_of_chunks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pystagram.settings")
application = declare_length_of_chunks(refuse_unknown_charsets(get_wsgi_application()))
set_read_timeout()
import_string("pystagram.preparation.prepare")()  # now that there are models

# What is loaded now stays for good: the collector need not look at it again. And a feed makes ten thousand objects that
# die by their counts alone; looking for cycles every 700 of them took a third of its time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
