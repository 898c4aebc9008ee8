"""Runs functions in processes of their own, as web and worker processes do."""

import os
from concurrent.futures import ProcessPoolExecutor

import django
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from tests.cold import cold
from tests.jobs.processes import environment

start = None  # in a child: what all of them wait for


def in_processes(function, arguments, *, guards_off=frozenset()) -> list:
    """The answers, in the order of the arguments. What a process raises is raised here."""
    arguments = list(arguments)
    barrier = cold.Barrier(len(arguments))
    setup = (connection.settings_dict["NAME"], guards_off, barrier)
    with ProcessPoolExecutor(len(arguments), cold, initializer=begin, initargs=setup) as pool:
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


def ended(function: str, *arguments, **env) -> int:
    """Call a function, named with its module, under this run's environment and `env`; how the
    process ended, as subprocess tells it: -9 after a kill."""
    told = (environment(**env), function, arguments)
    process = cold.Process(target=set_up_and_call, args=told)
    process.start()
    process.join()
    return process.exitcode


def set_up_and_call(env: dict[str, str], function: str, arguments) -> None:
    assert not settings.configured
    os.environ.update(env)
    django.setup()
    import_string(function)(*arguments)
