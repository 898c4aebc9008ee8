"""Runs a function in many threads at the same moment, each on a database connection of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


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
