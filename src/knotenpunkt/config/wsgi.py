"""The web application for any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from knotenpunkt.planner.warm import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knotenpunkt.config.settings")
application = get_wsgi_application()
warm()
