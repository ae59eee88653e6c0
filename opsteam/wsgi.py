"""The WSGI entry of the web process."""

import os

from django.core.wsgi import get_wsgi_application

from opsteam.checks import refuse_without_wall

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsteam.settings")
application = get_wsgi_application()
refuse_without_wall()
