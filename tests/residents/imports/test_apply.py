"""What an import writes: all of it or nothing, once."""

import pytest
from django.db import transaction
from django.utils import timezone

from communities import services as communities
from communities.models import Community
from communities.services import Level
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.imports import run
from haina.imports.refusals import Refusal
from haina.jobs import queue
from haina.jobs.models import Job
from haina.lib.encryption import keyed_hash
from residents.imports.importer import IMPORTER
from residents.models import Import, Resident
from tests import make
from tests.residents.imports.workbooks import (
    FOUR,
    LIU,
    WANG,
    ZHANG,
    Told,
    book,
    counts,
    decide,
    on_file,
    row,
    start,
)
from tests.together import together


def test_new_residents_have_what_follows_from_their_columns(community, importing):
    importing(*FOUR)

    liu = Resident.objects.get(name="刘六")
    assert (liu.phone_last4, liu.verification) == ("8126", "unverified")
    assert bytes(liu.id_number_hash) == keyed_hash("440304199003080002")
    assert liu.name_key == make.resident(community, "C 1 1", name="刘六").name_key
    assert liu.created_at == liu.updated_at


def test_the_last_row_is_the_newest(importing):
    importing(*FOUR)

    names = Resident.objects.for_list().values_list("name", flat=True)
    assert list(names) == ["刘六", "王五", "李四", "张三"]


def test_a_changed_resident_keeps_its_row_and_its_verification(community, importing):
    importing(ZHANG)
    before = Resident.objects.get()
    Resident.objects.update(verification="verified")

    report = decide(importing(row(A="张三丰", F="E12345678")))

    after = Resident.objects.get()
    assert (report.created, report.updated) == (0, 1)
    assert (after.pk, after.name, after.verification) == (before.pk, "张三丰", "verified")
    assert (after.id_number, bytes(after.id_number_hash)) == ("E12345678", keyed_hash("E12345678"))
    assert after.name_key != before.name_key
    assert after.created_at == before.created_at < after.updated_at


def test_some_changes_some_not_some_new(importing):
    importing(ZHANG, LIU)

    report = decide(importing(ZHANG, row(LIU, D="2020-01-31"), WANG))

    assert (report.created, report.updated, report.unchanged) == (1, 1, 1)
    assert report.nodes_created == 1


def test_an_end_of_the_lease_goes_with_the_identity(importing):
    importing(LIU)

    decide(importing(row(LIU, C="业主", D=None)))

    liu = Resident.objects.get()
    assert (liu.identity, liu.lease_ends_on) == ("owner", None)


def test_the_trail_holds_ids_and_no_values(importing):
    importing(*FOUR)

    entry = AuditEntry.objects.get(action="resident.imported")
    assert sorted(entry.ids) == sorted(Resident.objects.values_list("pk", flat=True))
    assert entry.count == 4
    assert AuditEntry.objects.filter(action="tree.grown").count() == 1


def test_an_import_that_changes_nothing_leaves_no_trail(importing):
    importing(*FOUR)
    entries = AuditEntry.objects.count()

    importing(*FOUR)

    assert AuditEntry.objects.count() == entries


def test_row_history_sees_what_is_written(importing):
    importing(*FOUR)

    decide(importing(row(A="张三丰")))

    labels = Resident.objects.get(name="张三丰").events.order_by("pgh_id")
    assert list(labels.values_list("pgh_label", "name")) == [
        ("insert", "张三"),
        ("update", "张三丰"),
    ]
    assert Resident.objects.get(name="刘六").events.count() == 1


def test_somebody_elsewhere_with_the_same_phone_is_left_alone(account, community, importing):
    other = make.resident(make.community(account, "深圳小区"), phone="18913112121", name="旁人")

    importing(ZHANG)

    other.refresh_from_db()
    assert other.name == "旁人"
    assert Resident.objects.count() == 2


def test_whoever_was_registered_by_hand_is_found_again(community, importing):
    make.resident(community, "A 1 101", name="张三", phone="+8618913112121", id_number=ZHANG[5])

    report = importing(ZHANG)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)


def test_names_that_differ_in_width_are_one_node(importing):
    report = importing(ZHANG, row(E="13800000000", H="Ａ", I="１", J=101.0))

    assert (report.created, report.nodes_created) == (2, 3)


def test_whoever_cancels_the_import_finds_nothing_written(community, tmp_path):
    before = counts()
    imported = start(book(tmp_path / "住户.xlsx", FOUR), community)
    job = Job.objects.get()
    Job.objects.claim(job.pk, now=timezone.now())
    Job.objects.cancel(job.pk, now=timezone.now())
    job.refresh_from_db()

    queue.outcome(job, queue.Heartbeat(job))

    assert (counts(), Told(imported).state) == (before, "reading")
    assert Told(imported).job.state == "cancelled"


def refusal_of(change, community, path) -> str:
    """Read the file, let the change happen, and plan; the code of the refusal."""
    sheet = run.read(path, IMPORTER.contract(community), lambda phase, count: None)
    change(Actor.command(community.account), timezone.now())
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        run.plan_for(IMPORTER, Import(community=community), sheet)
    return refusal.value.code


def test_levels_that_change_while_it_reads_refuse_it(community, tmp_path):
    levels = [Level("栋", 0), Level("单元", 1), Level("门牌", 2)]

    def rename(by, now):
        same = Community.objects.get(pk=community.pk)
        told = {"name": same.name, "address": "", "phone": "", "levels": levels}
        communities.correct(same, **told, by=by, now=now)

    path = book(tmp_path / "住户.xlsx", FOUR)
    assert refusal_of(rename, community, path) == "levels_changed"


def test_a_community_that_goes_while_it_reads_refuses_it(community, tmp_path):
    def close(by, now):
        communities.close(Community.objects.get(pk=community.pk), by=by, now=now)

    path = book(tmp_path / "住户.xlsx", FOUR)
    assert refusal_of(close, community, path) == "no_community"


def test_a_structure_that_is_full_refuses_it(importing, settings):
    settings.MOST_NODES = 3

    told = importing(*FOUR)

    assert (told.state, told.code, told.job.state) == ("refused", "structure", "failed")
    assert "最多 3 个楼栋节点" in told.message
    assert counts() == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_file_in_two_threads_is_imported_once(community, tmp_path):
    path = book(tmp_path / "住户.xlsx", FOUR)

    jobs = [start(path, community).job_id for _ in range(2)]

    together(queue.run, jobs)

    told = [Told(imported) for imported in Import.objects.all()]
    assert sorted((each.created, each.unchanged) for each in told) == [(0, 4), (4, 0)]
    assert len(on_file(community)) == 4
    assert counts() == (4, 9)
