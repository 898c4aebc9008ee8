"""Runs a function in many threads at the same moment, each on a database connection of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

WAITS = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND datname = current_database()
"""


def together(function, arguments) -> list:
    """The answers, in the order of the arguments. What a thread raises is raised here."""
    arguments = list(arguments)
    barrier = threading.Barrier(len(arguments))

    def one(argument):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return function(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(one, arguments))


def until_somebody_waits() -> None:
    """For a lock, of whichever kind, that a transaction of this test holds."""
    with connection.cursor() as cursor:
        for _ in range(3000):
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    pytest.fail("nobody waits")
