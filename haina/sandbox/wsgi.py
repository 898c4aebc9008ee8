"""The sandbox as a WSGI application, in a process whose only Django project it is."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from haina.sandbox import seeds
from haina.sandbox import settings as ours
from haina.sandbox.wecom import suites


def make_application() -> WSGIHandler:
    """Set Django up with the sandbox's settings, whatever DJANGO_SETTINGS_MODULE says."""
    settings.configure(**{name: value for name, value in vars(ours).items() if name.isupper()})
    django.setup()
    seeds.restart()
    suites.keep_pushing()
    return WSGIHandler()
