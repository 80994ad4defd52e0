"""The WSGI application; `granian --interface wsgi pystagram.wsgi:application` serves it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pystagram.settings")
application = get_wsgi_application()
