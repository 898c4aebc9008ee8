"""A job that others overtake: what they do after its first step, on a connection of their own."""

from django.utils import timezone

from haina.jobs.models import Job
from haina.jobs.queue import kinds
from tests.together import together


class Meanwhile:
    """In place of a heartbeat."""

    def __init__(self, act) -> None:
        self.acts = [act]

    def at(self, phase: str, done: int = 0, total: int = 0) -> None:
        if self.acts:
            together(lambda act: act(), [self.acts.pop()])


def run_while(pk: int, act) -> Job:
    """Do the job as a worker would; `act` happens when it first says how far it is."""
    assert Job.objects.claim(pk, now=timezone.now())
    job = Job.objects.select_related("asked_by__account", "asked_by__user").get(pk=pk)
    kinds[job.kind].run(job, Meanwhile(act))
    job.refresh_from_db()
    return job
