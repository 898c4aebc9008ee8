"""导出住户信息: what stands in the workbook, for whom, and that it comes back unchanged."""

import re

import pytest
from openpyxl import load_workbook

from communities.models import BuildingNode
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Rights
from haina.jobs import queue
from haina.jobs.models import Job
from residents.exports import file_name, write_residents
from residents.imports.template import file_name as template_name
from residents.models import Resident
from tests import make
from tests.jobs.meanwhile import run_while
from tests.residents.canaries import CANARY, leaks_of, text_of
from tests.residents.imports.workbooks import upload

EVERYTHING = Rights(everything=True)
HTMX = {"HX-Request": "true"}
GROUPS = [
    "基本信息 (选填, 但填写时姓名和身份必须与手机一同填写才有效; 限期租客必须填写租约到期时间)",
    "身份验证信息 (选填, 但填写时姓名和身份必须与手机一同填写才有效)",
    "小区楼栋信息 (必填)",
    "系统信息 (导入时忽略)",
]
HEADINGS = [
    *("姓名", "性别", "身份", "租约到期时间", "手机", "证件号 (如身份证, 护照)"),
    *("小区", "栋", "单元", "房间号", "认证状态", "房间Id"),
]


def root_of(community):
    return BuildingNode.objects.select_related("community").get(community=community, parent=None)


def write(community, path, rights=EVERYTHING) -> int:
    return write_residents(path, root_of(community), rights=rights)


@pytest.fixture
def exported(tmp_path, community):
    """The rows below the two of the header."""

    def export(node=None, rights=EVERYTHING):
        path = tmp_path / "out.xlsx"
        write_residents(path, node or root_of(community), rights=rights)
        return cells_of(path)[2:]

    return export


def cells_of(path) -> list[list]:
    return [list(row) for row in load_workbook(path).worksheets[0].values]


def told(community, **more) -> dict:
    """What the dialog posts."""
    why = {"reason": "消防检查", "password": make.PASSWORD}
    return {"community": community.pk, "once": "o"} | why | more


def ask(client, url, community, **places) -> Job:
    """Export through the dialog, and do the job."""
    response = client.post(url("export"), told(community, **places))
    job = Job.objects.latest("pk")
    queue.run(job.pk)
    job.refresh_from_db()
    assert response.status_code == 302
    assert job.state == "done"
    return job


def test_columns_are_the_templates_and_the_systems(community, four, tmp_path):
    rows = write(community, tmp_path / "out.xlsx")

    groups, headings, first = cells_of(tmp_path / "out.xlsx")[:3]
    assert rows == 4
    assert [group for group in groups if group] == GROUPS
    assert headings == HEADINGS
    a, one, room = BuildingNode.objects.above(four["张三"].room).filter(level__gt=0)
    assert first == [
        *("张三", "男", "业主", None, "18913112121", None),
        *("腾讯小区", "A", "1", "101", "未认证", f"-{a.pk}-{one.pk}-{room.pk}-"),
    ]


def test_rows_stand_in_the_order_of_addresses(community, exported):
    for address in ("B 1 101", "A 10 101", "A 2 1001", "A 2 201"):
        make.resident(community, address)

    addresses = [row[7:10] for row in exported()]

    assert addresses == [
        ["A", "2", "201"],
        ["A", "2", "1001"],
        ["A", "10", "101"],
        ["B", "1", "101"],
    ]


def test_a_node_exports_what_lives_below_it(four, exported):
    block = four["王五"].room.parent.parent

    assert [row[0] for row in exported(block)] == ["王五", "刘六"]
    assert [row[7:10] for row in exported(four["李四"].room)] == [["A", "1", "102"]]


def test_an_empty_community_exports_the_header(exported):
    assert exported() == []


def test_what_is_exported_comes_back_unchanged(community, four, canary, tmp_path):
    make.resident(community, "A座 1单元 海景1号", name="=1+1", gender="", phone="+12025550143")
    make.resident(community, "0 01 -1", name="_x0041_ @x", phone="075586013388", id_number="K1(7)")
    write(community, tmp_path / "out.xlsx")
    before = list(Resident.objects.order_by("pk").values())
    nodes = list(BuildingNode.objects.order_by("pk").values())

    report = upload(tmp_path / "out.xlsx", community)

    assert (report.state, report.unchanged) == ("applied", len(before))
    assert list(Resident.objects.order_by("pk").values()) == before
    assert list(BuildingNode.objects.order_by("pk").values()) == nodes


@pytest.mark.parametrize("field", CANARY)
def test_a_hidden_field_is_in_no_byte_of_the_workbook(community, canary, tmp_path, field):
    path = tmp_path / "out.xlsx"
    fields = dict.fromkeys(CANARY, Level.VIEW) | {field: Level.NONE}

    write(community, path, Rights(fields=fields))

    assert not leaks_of(field, path, canary.room_id)
    assert all(leaks_of(other, path) for other in set(CANARY) - {field})


def test_without_addresses_the_order_of_rows_tells_none(community, exported):
    for name, address in (("张三", "B 1 101"), ("李四", "A 1 101")):
        make.resident(community, address, name=name)
    fields = dict.fromkeys(CANARY, Level.VIEW) | {"address": Level.NONE}

    assert [row[0] for row in exported(rights=Rights(fields=fields))] == ["张三", "李四"]


def test_without_addresses_no_part_can_be_exported(account, community, four, sign_in, url):
    clerk = make.operator(
        account, "小藏", sections={"residents": Level.VIEW}, fields={"address": Level.NONE}
    )

    job = ask(sign_in(clerk), url, community, at_0="B")

    assert job.result == {"rows": 4}
    assert job.output.name == "腾讯小区住户信息.xlsx"


def test_a_part_asked_for_is_whole_once_addresses_are_hidden(account, community, four):
    clerk = make.operator(
        account, "小藏", sections={"residents": Level.VIEW}, fields={"address": Level.NONE}
    )
    job = make.job(clerk, "residents.export", payload={"node": four["王五"].room_id})

    queue.run(job.pk)

    job.refresh_from_db()
    assert job.result == {"rows": 4}


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\uff1d", "\t="])
def test_no_text_becomes_a_formula(community, tmp_path, begins):
    name = f"{begins}SUM(A1:A9)"
    make.resident(community, f"{begins}A 1 {begins}101", name=name)
    path = tmp_path / "out.xlsx"

    write(community, path)

    cells = list(load_workbook(path).worksheets[0].iter_rows(min_row=3))[0]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert cells[0].value == name
    assert not re.search("<f[ />]", text_of(path))


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("A/B小区", "A_B小区住户信息.xlsx"),
        (r'..\腾讯:*?"<>|', ".._腾讯_______住户信息.xlsx"),
        ("长" * 40, "长" * 40 + "住户信息.xlsx"),
    ],
)
def test_a_file_has_a_name_that_every_system_takes(account, name, called):
    community = make.community(account, name)

    assert template_name(community) == called
    assert file_name(root_of(community)) == called


def test_the_name_of_a_deep_room_is_cut(account):
    community = make.community(account, "小区", levels=list("甲乙丙丁戊己庚辛"))
    room = make.node(community, " ".join("长" * 40 for _ in range(8)))

    assert len(file_name(room)) == 60 + len("住户信息.xlsx")


def test_the_dialog_exports_what_was_chosen(community, four, operator, sign_in, url):
    client = sign_in(operator)

    job = ask(client, url, community, at_0="B", at_1="1")
    result = client.get(f"/{community.account.slug}/jobs/{job.pk}/result/")

    assert (job.result, job.output.name) == ({"rows": 2}, "腾讯小区B 1住户信息.xlsx")
    assert b"".join(result).startswith(b"PK")
    for action in ("resident.export_asked", "resident.exported"):
        entry = AuditEntry.objects.get(action=action)
        assert (entry.ids, entry.reason) == ([four["王五"].room.parent_id], "消防检查")


def test_the_dialog_offers_the_levels(community, four, operator, sign_in, url):
    page = sign_in(operator).get(url("export", community=community.pk), headers=HTMX)

    assert "导出住户信息" in page.content.decode()
    assert "栋：全部" in page.content.decode()
    assert b"<html" not in page.content


def test_pressed_twice_it_exports_once(community, four, operator, sign_in, url):
    for _ in range(2):
        sign_in(operator).post(url("export"), told(community, once="same"))

    assert Job.objects.count() == 1


def test_another_part_in_the_same_form_is_another_export(community, four, operator, sign_in, url):
    for block in "AB":
        sign_in(operator).post(url("export"), told(community, once="same", at_0=block))

    assert Job.objects.count() == 2


def test_a_strangers_community_is_not_exported(community, four, stranger, sign_in):
    response = sign_in(stranger).post(
        f"/{stranger.account.slug}/residents/export/", told(community)
    )

    assert response.status_code == 422
    assert Job.objects.count() == 0


def test_a_node_that_is_gone_is_not_widened(community, four, operator, sign_in, url):
    response = sign_in(operator).post(url("export"), told(community, at_0="B", at_1="9"))

    assert response.status_code == 422
    assert "所选的楼栋或房间已被删除，请重新选择。" in response.content.decode()
    assert Job.objects.count() == 0


def test_a_node_that_is_gone_is_told(creator, community):
    job = make.job(creator, "residents.export", payload={"node": 999999})

    queue.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.message[:13]) == ("failed", "所选的楼栋或房间已被删除，")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("password", "", "请再次输入您的登录密码。"),
        ("password", "not-my-password", "密码不正确，请重新输入。"),
        ("reason", "", "请填写原因。"),
        ("reason", " 查 ", "请填写 2 到 200 个字，现在有 1 个。"),
        ("reason", "长" * 201, "请填写 2 到 200 个字，现在有 201 个。"),
        ("reason", "找 138 0013 8000", "请不要填写手机号或证件号"),
    ],
)
def test_without_password_and_reason_nothing_is_exported(
    community, operator, sign_in, url, field, value, sentence
):
    response = sign_in(operator).post(url("export"), told(community, **{field: value}))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "not-my-password" not in response.content.decode()
    assert not Job.objects.exists()
    assert not AuditEntry.objects.filter(action="resident.export_asked").exists()


def test_a_refused_export_keeps_the_part_and_the_reason(community, four, operator, sign_in, url):
    asked = told(community, at_0="B", password="wrong")

    page = sign_in(operator).post(url("export"), asked).content.decode()

    assert '<option value="B" selected>' in page
    assert 'value="消防检查"' in page


def test_five_wrong_passwords_close_the_export(community, operator, sign_in, url):
    client = sign_in(operator)
    for _ in range(5):
        client.post(url("export"), told(community, password="wrong"))

    response = client.post(url("export"), told(community))

    assert response.status_code == 422
    assert "密码输入错误次数过多，请 30 分钟后再试。" in response.content.decode()
    assert not Job.objects.exists()


def test_a_mistyped_reason_uses_up_no_try(community, operator, sign_in, url):
    client = sign_in(operator)
    for _ in range(6):
        client.post(url("export"), told(community, reason="", password="wrong"))

    assert client.post(url("export"), told(community)).status_code == 302


def test_the_reason_is_in_no_job(community, four, operator, sign_in, url):
    job = ask(sign_in(operator), url, community)

    assert "消防检查" not in str(Job.objects.filter(pk=job.pk).values().get())


@pytest.mark.django_db(transaction=True)
def test_rows_are_of_the_moment_at_which_the_export_began(creator, community, four):
    root = root_of(community)
    job = make.job(creator, "residents.export", payload={"node": root.pk})

    def move_and_rename():
        Resident.objects.filter(name="张三").update(room=make.node(community, "新 1 1"))
        BuildingNode.objects.filter(name="B").update(name="新名")

    job = run_while(job.pk, move_and_rename)

    with job.output.file.open("rb") as content:
        rows = cells_of(content)[2:]
    assert [row[7:10] for row in rows] == [
        ["A", "1", "101"],
        ["A", "1", "102"],
        ["B", "1", "101"],
        ["B", "1", "102"],
    ]


@pytest.mark.django_db(transaction=True)
def test_outside_a_test_all_rows_are_of_one_moment(creator, community, four):
    job = make.job(creator, "residents.export", payload={"node": four["张三"].room_id})

    queue.run(job.pk)

    job.refresh_from_db()
    assert job.result == {"rows": 1}


@pytest.mark.parametrize(("place", "number"), [({}, 4), ({"at_0": "B", "at_1": "1"}, 2)])
def test_the_dialog_says_how_many_it_will_hold(
    community, four, operator, sign_in, url, place, number
):
    page = sign_in(operator).get(url("export", community=community.pk, **place)).content.decode()

    assert f"所选范围有 {number} 位住户。" in page


def test_without_addresses_the_dialog_counts_no_part(account, community, four, sign_in, url):
    clerk = make.operator(
        account, "小藏", sections={"residents": Level.VIEW}, fields={"address": Level.NONE}
    )

    page = sign_in(clerk).get(url("export", community=community.pk, at_0="B")).content.decode()

    assert "所选范围有 4 位住户。" in page
