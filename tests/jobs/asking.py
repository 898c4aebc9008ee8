"""What a web process does when somebody asks for a job."""

import os
import time
import uuid

import django


def put(env: dict[str, str], pk: int, payload: dict, answer) -> None:
    """In a new process. The job's pk, and how many seconds it took, go down a pipe."""
    os.environ.update(env)
    django.setup()
    from haina.accounts.audit import Actor
    from haina.accounts.models import Administrator
    from haina.jobs import queue

    by = Actor.of(Administrator.objects.select_related("user").get(pk=pk))

    began = time.monotonic()
    kind, heavy = payload.pop("kind", "tests.count"), payload.pop("heavy", False)
    job = queue.put(kind, payload, by=by, key=uuid.uuid4().hex, heavy=heavy)
    answer.send((job.pk, time.monotonic() - began))
