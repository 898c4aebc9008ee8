"""The settings of the web server: gunicorn --config python:haina.gunicorn haina.wsgi

Its processes count their requests in files of a folder that they share; whoever of them is asked
for /metrics adds them up. The folder has to be there before prometheus_client is imported. It is in
memory, since they are mapped: on a disk that is full, writing to them would kill the process.
"""

import os
import shutil
import tempfile
from pathlib import Path

from haina.env import env_int

SHARED = "PROMETHEUS_MULTIPROC_DIR"
MEMORY = "/dev/shm"  # noqa: S108 - only gunicorn's own files, which are gone at once

bind = "127.0.0.1:8000"
workers = env_int("WEB_CONCURRENCY", 2, least=1)
threads = 4
timeout = 60
graceful_timeout = 20
preload_app = True
worker_tmp_dir = MEMORY if Path(MEMORY).is_dir() else None
control_socket_disable = True

tempfile.gettempdir()  # found by writing there, so while there is room: uploads ask for it later

if SHARED not in os.environ:  # else it is another reading of these settings, after a SIGHUP
    os.environ[SHARED] = tempfile.mkdtemp(prefix="haina-metrics-", dir=worker_tmp_dir)


def on_exit(server) -> None:
    shutil.rmtree(os.environ[SHARED], ignore_errors=True)
