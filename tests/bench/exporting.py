"""The product's export of a community, as a worker does it."""

import uuid

import django

from tests.bench.measure import tell, watch


def main() -> None:
    from communities.models import BuildingNode
    from haina.accounts.audit import Actor
    from haina.jobs import queue
    from haina.jobs.models import Job
    from residents.tasks import EXPORT
    from tests.bench import cast

    root = BuildingNode.objects.root_of(cast.community())
    by = Actor.of(cast.creator())
    job = queue.put(EXPORT, {"node": root.pk}, by=by, key=uuid.uuid4().hex)
    with watch() as watched:
        queue.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, (job.state, job.message)
    tell(watched.found())


if __name__ == "__main__":
    django.setup()
    main()
