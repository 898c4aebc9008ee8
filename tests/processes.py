"""Runs a function in several processes at the same moment, as web and worker processes do."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import django
from django.conf import settings
from django.db import connection

start = None  # in a child: what all of them wait for


def in_processes(function, arguments, *, guards_off=frozenset()) -> list:
    """The answers, in the order of the arguments. What a process raises is raised here."""
    arguments = list(arguments)
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(len(arguments))
    setup = (connection.settings_dict["NAME"], guards_off, barrier)
    with ProcessPoolExecutor(len(arguments), spawn, initializer=begin, initargs=setup) as pool:
        told = [pool.submit(wait_and_run, function, argument) for argument in arguments]
        return [each.result(timeout=120) for each in told]


def begin(database: str, guards_off: frozenset, barrier) -> None:
    """Django in a new process, on the database of the tests."""
    global start
    settings.DATABASES["default"]["NAME"] = database
    settings.GUARDS_OFF = guards_off
    django.setup()
    start = barrier


def wait_and_run(function, argument):
    start.wait(timeout=60)
    return function(argument)
