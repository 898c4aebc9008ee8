"""The product's export of a community, as a worker does it."""

import uuid

import django
from django.utils import timezone

from tests.bench.measure import tell, watch


def main() -> None:
    from communities.models import BuildingNode
    from haina.accounts.audit import Actor
    from haina.jobs import queue
    from haina.jobs.models import Job
    from residents.tasks import ask_for_export
    from tests.bench import cast

    root = BuildingNode.objects.root_of(cast.community())
    by = Actor.of(cast.creator())
    asked = {"reason": "测速", "once": uuid.uuid4().hex, "now": timezone.now()}
    job = ask_for_export(root, **asked, by=by)
    with watch() as watched:
        queue.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, (job.state, job.message)
    tell(watched.found())


if __name__ == "__main__":
    django.setup()
    main()
