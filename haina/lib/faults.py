"""Named places at which a test can kill the process, as a power cut would."""

import os
import signal

from django.conf import settings


def passing(point: str) -> None:
    """kill -9 of this process if HAINA_KILL_AT names the point. `check --deploy` fails when it
    names one."""
    if point == settings.KILL_AT:
        os.kill(os.getpid(), signal.SIGKILL)
