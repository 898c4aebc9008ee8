"""撤销: what an import created goes, what it changed comes back, the rest is listed."""

import pytest
from django.utils import timezone

from communities import tree
from communities.management.commands.check_trees import problems_of
from communities.models import BuildingNode
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.imports import service
from haina.jobs import queue
from haina.jobs.models import Job
from residents import removal, services
from residents.models import Import, RemovedResident, Resident
from residents.verification import expiry
from tests import make
from tests.residents.imports.workbooks import (
    FOUR,
    LI,
    LIU,
    ZHANG,
    counts,
    decide,
    on_file,
    row,
    undo,
)


@pytest.fixture
def by(community):
    return Actor.command(community.account)


def test_what_it_created_goes_with_its_rooms(community, importing):
    make.resident(community, "A 2 201", name="旁人")
    before = counts(), on_file(community)

    told = undo(importing(*FOUR))

    assert (told.state, told.not_undone, told.job.state) == ("undone", [], "done")
    assert told.undone_by == "马经理"
    assert (counts(), on_file(community)) == before
    assert problems_of(community) == []


def test_nothing_is_kept_of_whom_it_created(community, importing):
    other = make.resident(community, "A 2 201", name="旁人")

    undo(importing(*FOUR))

    events = Resident.pgh_event_model.objects
    assert {(event.name, str(event.phone or "")) for event in events.exclude(pgh_obj=other)} == {
        ("", "")
    }
    assert events.get(pgh_obj=other).name == "旁人"


def test_what_it_changed_comes_back(community, importing):
    importing(*FOUR)
    before = on_file(community)
    told = decide(importing(row(A="张三丰", F="E12345678"), row(LIU, C="业主", D=None)))
    assert on_file(community) != before

    assert undo(told).not_undone == []

    assert on_file(community) == before
    zhang = Resident.objects.get(name="张三")
    derived = zhang.name_key, bytes(zhang.id_number_hash)
    zhang.derive()
    assert (zhang.name_key, bytes(zhang.id_number_hash)) == derived


def test_whoever_was_changed_since_stays_and_is_listed(community, importing, by):
    told = importing(*FOUR)
    li = Resident.objects.get(name="李四")
    services.correct(li, gender="male", by=by, now=timezone.now())

    told = undo(told)

    room = BuildingNode.objects.get(address="A 1 102")
    above = BuildingNode.objects.filter(address__in=["A", "A 1"]).order_by("pk")
    assert [each[0] for each in on_file(community)] == ["李四"]
    assert told.not_undone == [
        {"resident": li.pk, "why": "changed"},
        *(
            {"node": pk, "why": "inhabited"}
            for pk in sorted([*above.values_list("pk", flat=True), room.pk])
        ),
    ]


def test_whoever_it_changed_and_somebody_corrected_since_stays(community, importing, by):
    importing(ZHANG)
    changed = decide(importing(row(A="张三丰")))
    zhang = Resident.objects.get()
    services.correct(zhang, name="张无忌", by=by, now=timezone.now())

    told = undo(changed)

    assert told.not_undone == [{"resident": zhang.pk, "why": "changed"}]
    assert Resident.objects.get().name == "张无忌"


def test_the_end_of_a_lease_is_no_change_of_anybodys(community, importing):
    told = importing(LIU)
    expiry.work(community.account, now=timezone.now())
    assert Resident.objects.get().verification == "expired"

    assert undo(told).not_undone == []

    assert not Resident.objects.exists()


def test_a_prolonged_lease_counts_at_once(community, importing, by):
    importing(LIU, row(LIU, A="王五", E="13625895631"))
    liu, wang = Resident.objects.order_by("pk")
    make.bound(liu, make.follower(community.account))
    expiry.work(community.account, now=timezone.now())

    told = decide(
        importing(row(LIU, D="2099-12-31"), row(LIU, A="王五", E="13625895631", C="业主", D=None))
    )
    states = dict(Resident.objects.values_list("pk", "verification"))
    assert undo(told).not_undone == []
    expiry.work(community.account, now=timezone.now())

    assert states == {liu.pk: "verified", wang.pk: "unverified"}
    assert set(Resident.objects.values_list("verification", flat=True)) == {"expired"}


def test_what_a_later_import_changed_is_left_to_it(importing, community):
    first = importing(ZHANG)
    decide(importing(row(A="张三丰")))

    told = undo(first)

    assert [each["why"] for each in told.not_undone][:1] == ["changed"]
    assert on_file(community)[0][0] == "张三丰"


def test_imports_are_undone_one_after_the_other(community, importing):
    first = importing(ZHANG)
    second = decide(importing(row(A="张三丰")))
    third = decide(importing(row(A="张三娘")))

    assert [undo(each).not_undone for each in (third, second)] == [[], []]
    assert on_file(community)[0][0] == "张三"
    assert undo(first).not_undone == []
    assert counts() == (0, 1)


def test_whoever_was_deleted_since_is_gone_anyway(community, importing, by):
    told = importing(ZHANG, LI)
    gone = [Resident.objects.get(name="张三").pk]
    removal.remove(community, gone, by=by, now=timezone.now())

    assert undo(told).not_undone == []
    assert counts() == (0, 1)
    assert RemovedResident.objects.count() == 0
    names = Resident.pgh_event_model.objects.filter(pgh_obj_id__in=gone).values_list("name")
    assert set(names) == {("",)}


def test_who_was_deleted_and_brought_back_is_as_if_never_deleted(community, importing, by):
    importing(ZHANG)
    told = decide(importing(row(A="张三丰"), LI))
    pks, now = list(Resident.objects.values_list("pk", flat=True)), timezone.now()
    removal.remove(community, pks, by=by, now=now)
    removal.restore(community, pks, by=by, now=now)

    assert undo(told).not_undone == []
    assert [each[0] for each in on_file(community)] == ["张三"]


def test_who_was_changed_and_then_deleted_is_listed(community, importing, by):
    importing(ZHANG)
    told = decide(importing(row(A="张三丰")))
    pk = Resident.objects.get().pk
    removal.remove(community, [pk], by=by, now=timezone.now())

    assert undo(told).not_undone == [{"resident": pk, "why": "deleted"}]
    assert RemovedResident.objects.get().name == "张三丰"


def test_who_was_created_corrected_and_deleted_stays_in_the_bin(community, importing, by):
    told = importing(ZHANG)
    zhang, now = Resident.objects.get(), timezone.now()
    services.correct(zhang, gender="female", by=by, now=now)
    removal.remove(community, [zhang.pk], by=by, now=now)

    assert {"resident": zhang.pk, "why": "deleted"} in undo(told).not_undone
    assert RemovedResident.objects.count() == 1


def test_the_trail_names_whom_it_removed_and_reverted(importing):
    importing(ZHANG)
    told = decide(importing(row(A="张三丰"), LI))
    zhang, li = (Resident.objects.get(name=name).pk for name in ("张三丰", "李四"))

    undo(told)

    entries = AuditEntry.objects.filter(action__startswith="import.residents")
    ids = dict(entries.values_list("action", "ids"))
    assert ids == {"import.residents_removed": [li], "import.residents_reverted": [zhang]}


def test_a_node_that_was_renamed_stays(community, importing, by):
    told = importing(ZHANG)
    room = BuildingNode.objects.get(address="A 1 101")
    tree.rename(community, room.pk, "101室", by=by, now=timezone.now())

    told = undo(told)

    assert {"node": room.pk, "why": "renamed"} in told.not_undone
    assert (Resident.objects.count(), BuildingNode.objects.count()) == (0, 4)


def test_a_node_where_somebody_moved_in_stays(community, importing, by):
    told = importing(ZHANG)
    make.resident(community, "A 1 101", name="旁人")

    told = undo(told)

    assert [each["why"] for each in told.not_undone] == ["inhabited"] * 3
    assert [each[0] for each in on_file(community)] == ["旁人"]


def test_it_is_told_in_the_trail_and_the_row_history(importing):
    told = undo(importing(ZHANG))

    (entry,) = AuditEntry.objects.filter(action="import.undone")
    assert (entry.ids, entry.actor) == ([told.pk], "马经理")
    event = Resident.pgh_event_model.objects.latest("pgh_id")
    assert (event.pgh_label, event.pgh_context["action"]) == ("delete", "import.undone")


def test_twice_is_once(community, importing):
    told = importing(ZHANG)
    by, now = Actor.of(make.creator_of(community.account)), timezone.now()

    jobs = {service.start_undo(told.imported, by=by, now=now).pk for _ in range(2)}
    queue.run(*jobs)

    with pytest.raises(service.NotApplied):
        service.start_undo(told.imported, by=by, now=now)
    assert AuditEntry.objects.filter(action="import.undone").count() == 1


def test_a_second_job_of_the_same_undo_does_nothing(community, creator, importing):
    told = importing(ZHANG)
    undo(told)
    importing(ZHANG)
    late = make.job(creator, Import.KIND + service.UNDO, payload={"import": told.pk})

    queue.run(late.pk)

    assert Job.objects.get(pk=late.pk).state == "failed"
    assert Resident.objects.count() == 1


def test_only_what_was_applied_can_be_undone(community, importing):
    importing(ZHANG)
    planned = importing(row(A="张三丰"))

    by, now = Actor.of(make.creator_of(community.account)), timezone.now()
    with pytest.raises(service.NotApplied):
        service.start_undo(planned.imported, by=by, now=now)


def test_what_changed_nothing_cannot_be_undone(community, importing):
    importing(*FOUR)
    told = importing(*FOUR)

    with pytest.raises(service.NotApplied):
        undo(told)
