"""Two who act on imports at the same moment, on connections of their own."""

from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from communities import tree
from communities.management.commands.check_trees import problems_of
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.imports import service
from haina.jobs import queue
from haina.jobs.models import Job
from residents import services
from residents.models import Import, Resident
from tests import make
from tests.jobs.meanwhile import run_while
from tests.residents.imports.workbooks import (
    FOUR,
    LI,
    WANG,
    ZHANG,
    Told,
    book,
    counts,
    on_file,
    row,
    start,
    upload,
)
from tests.together import together, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def by(community):
    return Actor.of(make.creator_of(community.account))


@pytest.fixture
def applied(community, tmp_path):
    return upload(book(tmp_path / "住户.xlsx", FOUR), community)


def test_the_same_file_pressed_twice_is_one_import(community, tmp_path):
    path = book(tmp_path / "住户.xlsx", FOUR)

    pks = together(lambda _: start(path, community, once="same").pk, range(4))

    assert len(set(pks)) == Import.objects.count() == Job.objects.count() == 1


def test_two_files_into_one_community_are_both_imported(community, tmp_path):
    files = [
        book(tmp_path / f"{number}.xlsx", rows)
        for number, rows in enumerate(
            (FOUR, [row(WANG, E="13800000001"), row(LI, E="13800000002", J="103")])
        )
    ]
    jobs = [start(path, community).job_id for path in files]

    together(queue.run, jobs)

    assert [each.state for each in Import.objects.all()] == ["applied", "applied"]
    assert counts() == (6, 10)
    assert problems_of(community) == []


def test_two_who_decide_are_one_job(community, by, tmp_path, applied):
    planned = upload(book(tmp_path / "改.xlsx", [row(A="张三丰")]), community)
    now = timezone.now()

    def decide(policy):
        told = {
            "good_rows_only": False,
            "shown": service.token_of(planned.imported),
            "by": by,
            "now": now,
        }
        return service.decide(planned.imported, policy=policy, **told).pk

    jobs = together(decide, ["skip", "overwrite"])

    assert len(set(jobs)) == 1


def test_two_jobs_of_one_decision_write_once(community, creator, by, tmp_path, applied):
    planned = upload(
        book(tmp_path / "改.xlsx", [row(A="张三丰"), row(LI, E="13800000000")]), community
    )
    told = {"import": planned.pk, "policy": "overwrite", "good_rows_only": False}
    jobs = [make.job(creator, Import.KIND + service.APPLY, payload=told).pk for _ in range(2)]

    together(queue.run, jobs)

    assert sorted(Job.objects.filter(pk__in=jobs).values_list("state", flat=True)) == [
        "done",
        "failed",
    ]
    told = Told(planned.imported)
    assert (told.state, told.created, told.updated) == ("applied", 1, 1)
    assert AuditEntry.objects.filter(action="resident.imported").count() == 2


def test_two_undos_are_one(creator, by, applied):
    kind, told = Import.KIND + service.UNDO, {"import": applied.pk}
    jobs = [make.job(creator, kind, payload=told).pk for _ in range(2)]

    together(queue.run, jobs)

    assert sorted(Job.objects.filter(pk__in=jobs).values_list("state", flat=True)) == [
        "done",
        "failed",
    ]
    assert AuditEntry.objects.filter(action="import.undone").count() == 1
    assert counts() == (0, 1)


def undo_beside_an_edit(by, applied) -> None:
    """The edit is not yet committed when the undo looks at the resident."""
    zhang = Resident.objects.get(name="张三")
    job = service.start_undo(applied.imported, by=by, now=timezone.now())
    edited = Event()

    def edit():
        with transaction.atomic():
            services.correct(zhang, name="张三丰", by=by, now=timezone.now())
            edited.set()
            until_somebody_waits()

    def undo():
        assert edited.wait(timeout=30)
        queue.run(job.pk)

    together(lambda act: act(), [edit, undo])


def test_an_edit_that_comes_first_is_kept(community, by, applied):
    undo_beside_an_edit(by, applied)

    assert [each[0] for each in on_file(community)] == ["张三丰"]
    assert Told(applied.imported).not_undone[0]["why"] == "changed"


def test_without_the_lock_the_edit_is_lost(community, by, applied, settings):
    settings.GUARDS_OFF = {"locks"}

    undo_beside_an_edit(by, applied)

    assert "张三丰" not in [each[0] for each in on_file(community)]


@pytest.mark.parametrize("policy", ["skip", "fill", "overwrite"])
def test_an_edit_while_the_decision_is_carried_out_asks_again(
    community, by, tmp_path, applied, policy
):
    planned = upload(book(tmp_path / "改.xlsx", [row(A="张三丰")]), community)
    told = {
        "good_rows_only": False,
        "shown": service.token_of(planned.imported),
        "by": by,
        "now": timezone.now(),
    }
    job = service.decide(planned.imported, policy=policy, **told)
    zhang = Resident.objects.get(name="张三")

    def edit():
        services.correct(zhang, name="张三娘", by=by, now=timezone.now())

    assert run_while(job.pk, edit).state == "done"
    assert Told(planned.imported).state == "planned"
    assert Resident.objects.get(pk=zhang.pk).name == "张三娘"


def test_a_node_that_goes_while_the_file_is_read_is_made_anew(community, by, tmp_path):
    node = make.node(community, "A 1 101")
    imported = start(book(tmp_path / "住户.xlsx", [ZHANG]), community)

    def fell():
        tree.fell(community, node.pk, by=by, now=timezone.now())

    run_while(imported.job_id, fell)

    assert Told(imported).nodes_created == 1
    assert problems_of(community) == []
    assert Resident.objects.get().room.address == "A 1 101"
