"""What a web process does when somebody asks for a job: python -m tests.jobs.asking '[1, {}]'."""

import json
import sys
import time
import uuid

import django


def main() -> None:
    django.setup()
    from haina.accounts.audit import Actor
    from haina.accounts.models import Administrator
    from haina.jobs import queue

    pk, payload = json.loads(sys.argv[1])
    by = Actor.of(Administrator.objects.select_related("user").get(pk=pk))

    began = time.monotonic()
    kind, heavy = payload.pop("kind", "tests.count"), payload.pop("heavy", False)
    job = queue.put(kind, payload, by=by, key=uuid.uuid4().hex, heavy=heavy)
    sys.stdout.write(json.dumps([job.pk, time.monotonic() - began]))


if __name__ == "__main__":
    main()
