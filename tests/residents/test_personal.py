"""导出个人信息 and 删除个人信息."""

from io import BytesIO

import pytest
from django.conf import settings
from django.db import connection
from openpyxl import load_workbook

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level
from haina.jobs import queue
from haina.jobs.models import Job, StoredFile
from haina.lib.natural import natural_key
from residents.models import Import, Notice, RemovedResident, Resident, VerificationApplication
from tests import make
from tests.residents.imports.workbooks import FOUR, book, row, upload

PERSON = {"name": "金丝雀", "phone": "13700007788", "id_number": "E77665544"}


def told(*rows, **more) -> dict:
    """What the pages post."""
    why = {"reason": "本人要求", "password": make.PASSWORD, "words": "永久删除"}
    return {"rows": [getattr(row, "pk", row) for row in rows]} | why | more


def dump() -> bytes:
    """Every row of every table, as a raw copy of the database holds it."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                parts += [bytes(part) for part in copy]
    return b"".join(parts)


@pytest.fixture
def twin(account, canary):
    """The same person in another community."""
    return make.resident(make.community(account, "深圳小区"), "C 2 202", **PERSON)


@pytest.fixture
def neighbour(community):
    """Somebody who uses the same phone."""
    return make.resident(community, "A 1 101", name="家里人", phone=PERSON["phone"])


def lines_of(response) -> list[tuple]:
    content = BytesIO(b"".join(response.streaming_content))
    return list(load_workbook(content).active.values)[1:]


def test_the_file_holds_all_that_is_held(sign_in, creator, canary, twin, neighbour, url):
    client = sign_in(creator)
    client.post(url("reveal_phone", canary.pk))
    Resident.objects.filter(pk=canary.pk).update(name="金丝鸟")
    Import.objects.create(
        community=canary.community, actor="马经理", file_name="a.xlsx", created_ids=[canary.pk]
    )

    response = client.post(url("personal_export", canary.pk), told(canary, twin))

    lines = lines_of(response)
    facts = {(line[0], line[1], line[3], line[4]) for line in lines}
    pk, other = str(canary.pk), str(twin.pk)
    assert facts >= {
        ("住户", pk, "姓名", "金丝鸟"),
        ("住户", pk, "手机号", "13700007788"),
        ("住户", pk, "证件号", "E77665544"),
        ("住户", pk, "证件类型", "护照"),
        ("住户", pk, "租约到期时间", "2031-03-03"),
        ("住户", pk, "住址", "腾讯小区 笼 9 909"),
        ("住户", other, "住址", "深圳小区 C 2 202"),
    }
    past = [line[4].split("；")[0] for line in lines if line[0] == "变更记录"]
    assert past == ["姓名：金丝雀", "姓名：金丝雀", "姓名：金丝鸟"]
    looks = [line[3:6] for line in lines if line[3] == "查看完整信息"]
    assert looks == [("查看完整信息", "手机号", "马经理")]
    assert [line[4] for line in lines if line[0] == "导入记录"] == ["a.xlsx"]
    assert str(neighbour.pk) not in {line[1] for line in lines}
    entry = AuditEntry.objects.get(action="resident.personal_exported")
    assert (entry.ids, entry.reason) == ([canary.pk, twin.pk], "本人要求")


def test_the_trail_names_residents_whatever_is_left_of_them(sign_in, creator, canary, twin, url):
    removed = removed_resident(make.resident(canary.community, "D 4 404", **PERSON))
    forgotten = make.resident(canary.community, "E 5 505", **PERSON)
    held = sorted([canary.pk, twin.pk, removed, forgotten.pk])
    forgotten.delete()

    for first in (canary.pk, removed):
        page = url("personal_export", first)
        assert sign_in(creator).post(page, told(*held)).status_code == 200

    entries = AuditEntry.objects.filter(action="resident.personal_exported")
    assert {(entry.model, *sorted(entry.ids)) for entry in entries} == {
        ("residents.resident", *held)
    }
    assert len(entries) == 2


def test_rows_of_the_same_name_are_chosen_and_others_offered(
    sign_in, creator, canary, twin, neighbour, url
):
    form = sign_in(creator).get(url("personal_export", canary.pk)).context["form"]

    assert [pk for pk, _label in form.fields["rows"].choices] == sorted(
        [canary.pk, twin.pk, neighbour.pk]
    )
    assert form.initial["rows"] == [canary.pk, twin.pk]


def test_only_the_own_communities_are_looked_at(sign_in, operator, canary, twin, url):
    page = sign_in(operator).get(url("personal_export", canary.pk))

    assert [pk for pk, _label in page.context["form"].fields["rows"].choices] == [canary.pk]
    assert "只包括您管理的小区里的记录。" in page.content.decode()


def test_the_page_masks_what_it_offers(sign_in, creator, canary, url):
    for name in ("personal_export", "personal_erase"):
        text = sign_in(creator).get(url(name, canary.pk)).content.decode()

        assert "137*****88" in text
        assert "13700007788" not in text
        assert "E77665544" not in text


@pytest.mark.parametrize("name", ["personal_export", "personal_erase"])
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"password": "wrong"}, "密码不正确，请重新输入。"),
        ({"reason": ""}, "请填写原因。"),
        ({"reason": "金丝雀要求"}, "请不要填写住户的姓名"),
        ({"rows": []}, "请至少勾选一条记录。"),
        ({"rows": [1_000_000]}, "有记录已被别人修改，请核对后重新勾选。"),
    ],
)
def test_without_all_answers_nothing_happens(sign_in, creator, canary, url, name, wrong, sentence):
    response = sign_in(creator).post(url(name, canary.pk), told(canary) | wrong)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Resident.objects.filter(pk=canary.pk).exists()
    actions = ["resident.personal_exported", "resident.erased"]
    assert not AuditEntry.objects.filter(action__in=actions).exists()


def test_erasing_wants_the_words(sign_in, creator, canary, url):
    response = sign_in(creator).post(url("personal_erase", canary.pk), told(canary, words="删除"))

    assert response.status_code == 422
    assert Resident.objects.filter(pk=canary.pk).exists()


@pytest.mark.parametrize("field", ["name", "gender", "identity", "phone", "id_number", "address"])
def test_both_need_rights_to_every_field(sign_in, account, canary, url, field):
    rights = {"residents": Level.MANAGE}
    blind = make.operator(account, "小藏", sections=rights, fields={field: Level.NONE})
    reader = make.operator(account, "小看", sections=rights, fields={field: Level.VIEW})

    assert sign_in(blind).get(url("personal_export", canary.pk)).status_code == 403
    assert sign_in(reader).get(url("personal_export", canary.pk)).status_code == 200
    for who in (blind, reader):
        response = sign_in(who).post(url("personal_erase", canary.pk), told(canary))
        assert response.status_code == 403
    assert Resident.objects.filter(pk=canary.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_after_erasing_nothing_of_them_is_left(sign_in, creator, canary, twin, neighbour, url):
    """Neither in the list, the recycle bin, the row history, a plan, nor in a file."""
    client, community = sign_in(creator), canary.community
    removed = removed_resident(make.resident(community, "D 4 404", **PERSON))
    forgotten = make.resident(community, "E 5 505", **PERSON)
    held = sorted([canary.pk, twin.pk, removed, forgotten.pk])
    forgotten.delete()
    Import.objects.create(
        community=community,
        actor="马经理",
        file_name="金丝雀.xlsx",
        state=Import.State.PLANNED,
        preview='["金丝雀"]',
        notes=["工作表“金丝雀”是空的。"],
        problems=[{"sheet": "金丝雀"}],
        upload=make.stored_file(creator.account, "金丝雀".encode(), name="金丝雀.xlsx"),
    )
    export = make.job(creator, "residents.export", payload={"node": canary.room.parent_id})
    queue.run(export.pk)
    Resident.objects.filter(pk=neighbour.pk).update(phone="+8613900000000")
    assert all(secret.encode() in dump() for secret in ("金丝雀", "13700007788"))

    response = client.post(url("personal_erase", canary.pk), told(*held))

    assert response.status_code == 302
    left = dump()
    assert "金丝雀".encode() not in left
    assert natural_key("金丝雀").encode() not in left
    assert b"E77665544" not in left
    assert left.count(b"13700007788") == 1  # what the neighbour's row was, which was not chosen
    assert not StoredFile.objects.exists()
    assert not [path for path in (settings.HAINA_VAR / "files").rglob("*") if path.is_file()]
    assert set(Resident.objects.values_list("pk", flat=True)) == {neighbour.pk}
    assert Import.objects.get().state == Import.State.DROPPED
    entry = AuditEntry.objects.get(action="resident.erased")
    assert entry.ids == held
    assert (entry.reason, entry.actor) == ("本人要求", "马经理")


def removed_resident(resident) -> int:
    """Into the recycle bin; the number that it keeps."""
    pk = resident.pk
    RemovedResident.objects.create(
        **{field.attname: getattr(resident, field.attname) for field in Resident._meta.fields},
        address=resident.address,
        removed_at=resident.created_at,
        removed_by="马经理",
        act="a" * 32,
    )
    resident.delete()
    return pk


def test_what_is_noted_of_them_in_wechat_is_told_and_erased(
    sign_in, creator, account, canary, neighbour, url
):
    own = make.bound(canary, make.follower(account, remark="笼九楼", nickname="小雀")).follower
    family = make.follower(account, remark="雀家", nickname="一家人")
    twice = make.resident(canary.community, "D 4 404", **PERSON)
    make.bound(twice, family)
    make.bound(neighbour, family)
    client = sign_in(creator)

    lines = lines_of(client.post(url("personal_export", canary.pk), told(canary, twice)))
    client.post(url("personal_erase", canary.pk), told(canary, twice))

    noted = [line[4] for line in lines if line[0] == "微信绑定"]
    assert noted == [
        f"昵称：小雀；备注：笼九楼；openid：{own.openid}",
        f"昵称：一家人；备注：雀家；openid：{family.openid}",
    ]
    own.refresh_from_db()
    family.refresh_from_db()
    assert (own.nickname, own.remark) == ("", "")
    assert (family.nickname, family.remark) == ("一家人", "雀家")


def test_what_they_submitted_is_told_and_erased(sign_in, creator, account, canary, url):
    """Also what led to no resident; not what a namesake or a family member submitted."""
    community, claimed = canary.community, PERSON | {"phone": "+8613700007788"}
    for fields in (claimed, claimed | {"address": "B 2 202"}, claimed | {"name": "家里人"}):
        make.application(community, make.follower(account), **{"address": "A 9 909"} | fields)
    own = {"address": canary.address, "identity": canary.identity}
    for name in ("赵六", "赵七"):  # who typed the phone of the canary into its room
        make.application(community, make.follower(account), **claimed | own | {"name": name})
    make.application(community, make.follower(account), **claimed | own)
    client = sign_in(creator)

    lines = lines_of(client.post(url("personal_export", canary.pk), told(canary)))
    client.post(url("personal_erase", canary.pk), told(canary))

    submitted = [line for line in lines if line[0] == "认证申请"]
    assert len(submitted) == 3
    assert all("E77665544" in line[4] and "版本1" in line[4] for line in submitted)
    left = VerificationApplication.objects.order_by("pk").values_list("name", flat=True)
    assert list(left) == ["家里人", "赵六", "赵七"]
    assert not Notice.objects.exists()
    assert "金丝雀".encode() not in dump()


def test_who_is_in_the_bin_can_be_erased_too(sign_in, creator, canary, url):
    pk = removed_resident(canary)

    response = sign_in(creator).post(url("personal_erase", pk), told(pk))

    assert response.status_code == 302
    assert not RemovedResident.objects.exists()
    assert "金丝雀".encode() not in dump()


def test_of_whom_only_the_history_is_left_can_be_told_and_erased(sign_in, creator, canary, url):
    client, pk = sign_in(creator), canary.pk
    canary.delete()
    for name in ("personal_export", "personal_erase"):
        page = client.get(url(name, pk))
        assert (page.status_code, page.context["form"].initial["rows"]) == (200, [pk])

    assert client.post(url("personal_export", pk), told(pk)).status_code == 200
    assert client.post(url("personal_erase", pk), told(pk)).status_code == 302

    assert "金丝雀".encode() not in dump()
    assert client.get(url("personal_erase", pk)).status_code == 404


def test_history_is_found_within_the_fence_only(sign_in, operator, stranger, canary, twin, url):
    own, outside = url("personal_erase", canary.pk), url("personal_erase", twin.pk)
    canary.delete()
    twin.delete()

    assert sign_in(operator).get(own).status_code == 200
    assert sign_in(operator).get(outside).status_code == 404
    theirs = own.replace("fengniao", stranger.account.slug)
    assert sign_in(stranger).get(theirs).status_code == 404


def test_no_row_outside_the_choice_can_be_erased(sign_in, operator, canary, twin, neighbour, url):
    other = make.resident(canary.community, "A 1 102", name="别人")
    client = sign_in(operator)

    for someone in (twin, other):
        response = client.post(url("personal_erase", canary.pk), told(canary, someone))
        assert response.status_code == 422
    assert client.post(url("personal_erase", twin.pk), told(twin)).status_code == 404
    assert Resident.objects.count() == 4


def test_an_import_can_be_undone_after_one_of_its_people_was_erased(
    sign_in, creator, community, url, tmp_path
):
    applied = upload(book(tmp_path / "a.xlsx", FOUR), community).imported
    client, zhang = sign_in(creator), Resident.objects.get(name="张三")
    assert client.post(url("personal_erase", zhang.pk), told(zhang)).status_code == 302
    assert client.get(url("import_show", applied.pk)).status_code == 200

    client.post(url("import_undo", applied.pk))
    queue.run(Job.objects.latest("pk").pk)

    applied.refresh_from_db()
    assert applied.state == Import.State.UNDONE
    assert not Resident.objects.exists()
    assert client.get(url("import_show", applied.pk)).status_code == 200
    assert "张三".encode() not in dump()


def test_a_plan_that_was_dropped_says_so(sign_in, creator, canary, url, tmp_path):
    cells = {"E": "13700007788", "H": "笼", "I": "9", "J": "909"}
    planned = upload(book(tmp_path / "a.xlsx", [row(**cells)]), canary.community).imported
    assert planned.state == Import.State.PLANNED
    client = sign_in(creator)

    client.post(url("personal_erase", canary.pk), told(canary))

    page = client.get(url("import_show", planned.pk))
    assert (page.status_code, "已放弃" in page.content.decode()) == (200, True)


def test_an_export_under_way_is_cancelled(sign_in, creator, canary, url):
    job = make.job(creator, "residents.export", payload={"node": canary.room_id})

    sign_in(creator).post(url("personal_erase", canary.pk), told(canary))

    assert Job.objects.get(pk=job.pk).state == Job.State.CANCELLED


def test_a_raw_dump_holds_no_id_number(community, canary):
    """Not in the table, its history, nor the recycle bin."""
    canary.id_number = "F11223344"
    canary.save()
    removed_resident(make.resident(community, "A 2 201", id_number="G55667788"))

    raw = dump()

    assert "金丝雀".encode() in raw
    for number in ("E77665544", "F11223344", "G55667788"):
        assert number.encode() not in raw
        assert number.encode().hex().encode() not in raw
