"""The product's import, as a browser and a worker do it."""

import sys

import django

from tests.bench.measure import tell, watch


def upload(path: str) -> None:
    from django.urls import reverse

    from haina.jobs.models import Job
    from tests.bench import cast

    community = cast.community()
    with open(path, "rb") as file:  # noqa: PTH123 - the test client takes the open file
        form = {"community": community.pk, "once": str(Job.objects.count()), "file": file}
        address = reverse("residents:import", args=[cast.SLUG])
        answer = cast.browser().post(address, form)
    assert answer.status_code == 302, answer.status_code
    tell({"job": Job.objects.latest("pk").pk})


def work(pk: str) -> None:
    from haina.jobs import queue
    from haina.jobs.models import Job

    with watch() as watched:
        queue.run(int(pk))
    job = Job.objects.get(pk=pk)
    assert job.state == Job.State.DONE, (job.state, job.message)
    tell(watched.found() | {"residents": residents()})


def residents() -> int:
    from residents.models import Resident

    return Resident.objects.count()


if __name__ == "__main__":
    django.setup()
    {"upload": upload, "work": work}[sys.argv[1]](sys.argv[2])
