"""A database that is not there, for one call."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from tests.jobs.processes import free_port


def without_database(function):
    """The answer of the function in a thread whose database is at a port where nobody listens."""

    def elsewhere():
        nowhere = {"HOST": "127.0.0.1", "PORT": str(free_port()), "OPTIONS": {}}
        connection.settings_dict = connection.settings_dict | nowhere
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(elsewhere).result()
