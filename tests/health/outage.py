"""A database that is not there, for one call."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from tests.jobs.processes import free_port


def without_database(function, *, port: int | None = None):
    """The answer of the function in a thread whose database is at a port where nobody listens, or
    at the one given."""

    def elsewhere():
        patience = {"connect_timeout": connection.settings_dict["OPTIONS"]["connect_timeout"]}
        nowhere = {"HOST": "127.0.0.1", "PORT": str(port or free_port()), "OPTIONS": patience}
        connection.settings_dict = connection.settings_dict | nowhere
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(elsewhere).result()
