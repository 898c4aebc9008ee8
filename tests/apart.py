"""Keeps several runs on one server out of each other's way, as databases named test_... do.

With pytest-xdist each worker has a PostgreSQL database of pytest-django's; here it gets its own
database of Redis. They are counted from the last, so that nobody's database 0 is touched.
"""

import os
from urllib.parse import urlsplit, urlunsplit

from celery import current_app
from django.conf import settings

LAST = 15  # a server has sixteen unless it was told otherwise


def number_of_worker() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def use_own_redis() -> None:
    """In this process, and in those that get its environment."""
    number = number_of_worker()
    assert number < LAST, "Redis has no database for so many workers; give pytest a lower -n"
    address = urlunsplit(urlsplit(settings.REDIS_URL)._replace(path=f"/{LAST - number}"))
    os.environ["REDIS_URL"] = settings.REDIS_URL = settings.CELERY_BROKER_URL = address
    current_app.conf.broker_url = address
