"""What the work of a job puts into words is in its asker's language, whichever worker does it."""

import pytest
from django.utils.translation import override

from haina.accounts.audit import Actor
from haina.jobs import queue
from haina.jobs.models import BROKE, Job
from tests.jobs import kinds  # noqa: F401 - registers the kinds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked_in_english(creator):
    def ask(kind: str) -> Job:
        with override("en"):
            job = queue.put(kind, {}, by=Actor.of(creator), key="1")
        queue.run(job.pk)
        job.refresh_from_db()
        return job

    return ask


def test_a_refusal_is_in_the_language_of_whoever_asked(asked_in_english):
    assert asked_in_english("tests.refuse_in_words").message == "Sign in"


def test_what_all_jobs_say_alike_is_in_the_language_of_whoever_reads(asked_in_english):
    job = asked_in_english("tests.break")

    assert job.told == BROKE
    with override("en"):
        assert job.told == BROKE


def test_a_job_without_a_message_says_nothing(asked_in_english):
    assert asked_in_english("tests.count").told == ""
