"""§8.2: department/*, its limits and its codes."""

import pytest

from haina.sandbox.wecom import seeds


def ids(told: dict) -> set[int]:
    return {each["id"] for each in told["department_id"]}


def test_it_is_created_moved_and_deleted(sync, app):
    made = sync.post("department/create", name="保洁部", parentid=1, order=7)
    assert (made["errcode"], made["errmsg"]) == (0, "created")

    assert sync.code("department/update", id=made["id"], name="保洁组", parentid=2) == 0
    told = app.get("department/get", id=made["id"])["department"]
    assert (told["name"], told["parentid"], told["order"]) == ("保洁组", 2, 7)
    assert sync.get("department/delete", id=made["id"])["errmsg"] == "deleted"

    assert app.get("department/get", id=made["id"])["errcode"] == 60003


def test_an_id_may_be_chosen(sync):
    assert sync.post("department/create", name="甲", parentid=1, id=500)["id"] == 500
    assert sync.post("department/create", name="乙", parentid=1)["id"] == 501
    assert sync.code("department/create", name="丙", parentid=1, id=500) == 60008
    assert sync.code("department/create", name="丙", parentid=1, id=1) == 40058


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "", "parentid": 1}, 60001),
        ({"name": "长" * 65, "parentid": 1}, 60001),
        ({"name": "长" * 64, "parentid": 1}, 0),
        ({"name": "新部门", "parentid": 999}, 60004),
        ({"name": "新部门"}, 60124),
        ({"name": "新部门", "parentid": "一"}, 60124),
        ({"name": "行政部", "parentid": 1}, 60008),
        ({"name": "行政部", "parentid": 2}, 0),
    ],
)
def test_what_is_refused(sync, given, code):
    """60001/4/8: name length, missing parent, duplicate."""
    assert sync.code("department/create", **given) == code


@pytest.mark.parametrize("character", '\\:*?"<>|')
def test_characters_that_no_name_may_have(sync, character):
    r"""no `\:*?"<>\|`"""
    assert sync.code("department/create", name=f"甲{character}乙", parentid=1) == 60009


def test_fifteen_levels(sync):
    """ "<=15 levels"; the root is the first."""
    parent = 1
    for level in range(2, 16):
        parent = sync.post("department/create", name=f"第{level}级", parentid=parent)["id"]

    assert sync.code("department/create", name="第16级", parentid=parent) == 60002
    assert sync.code("department/update", id=2, parentid=parent) == 60002


def test_none_is_in_itself(sync):
    outer = sync.post("department/create", name="外", parentid=1)["id"]
    inner = sync.post("department/create", name="内", parentid=outer)["id"]

    assert sync.code("department/update", id=outer, parentid=inner) == 60010
    assert sync.code("department/update", id=outer, parentid=outer) == 60010


def test_what_cannot_be_deleted(sync):
    """root undeletable (60007), has members 60005, has subs 60006."""
    outer = sync.post("department/create", name="外", parentid=1)["id"]
    inner = sync.post("department/create", name="内", parentid=outer)["id"]
    sync.create("newcomer", department=[inner])

    codes = [sync.get("department/delete", id=each)["errcode"] for each in (1, outer, inner, 999)]

    assert codes == [60007, 60006, 60005, 60003]


def test_a_department_with_all_in_it(sandbox, sync, app):
    everything = ids(sync.get("department/simplelist"))
    assert everything == {each["id"] for each in sandbox.see("wecom/departments")["departments"]}
    names = {each["name"]: each["id"] for each in app.get("department/list")["department"]}
    wanted = {names[each] for each in ("工程部", "电梯组", "水电组")}

    assert ids(sync.get("department/simplelist", id=names["工程部"])) == wanted
    told = app.get("department/list", id=names["工程部"])["department"]
    assert {each["id"] for each in told} == wanted
    assert set(told[0]) == {"id", "name", "name_en", "department_leader", "parentid", "order"}


def test_an_app_sees_its_scope(sandbox, app):
    names = {each["name"]: each["id"] for each in app.get("department/list")["department"]}
    sandbox.do("wecom/app", agentid=seeds.AGENT, parties=[names["工程部"]])

    seen = {each["name"] for each in app.get("department/list")["department"]}

    assert seen == {"工程部", "电梯组", "水电组"}
    assert app.get("department/get", id=names["电梯组"])["errcode"] == 0
    assert app.get("department/list", id=names["客服部"])["errcode"] == 60011


@pytest.mark.parametrize("path", ["department/create", "department/update"])
def test_an_app_writes_nothing(app, path):
    """ "only the contact-sync token", else 48002."""
    assert app.code(path, id=2, name="新部门", parentid=1) == 48002
    assert app.get("department/delete", id=2)["errcode"] == 48002


@pytest.mark.parametrize("path", ["department/list", "department/get?id=1"])
def test_the_sync_secret_reads_ids_only(sandbox, sync, path):
    """ "newly added IPs of the contact-sync secret cannot call ... department/list"."""
    assert sync.get(path)["errcode"] == 48009

    sandbox.do("wecom/corp", old_ips=["127.0.0.1"])
    assert sync.get(path)["errcode"] == 0
