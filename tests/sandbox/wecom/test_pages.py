"""企业 in a browser of plain forms."""

import pytest

from haina.sandbox.wecom import seeds
from tests.sandbox.test_phone import Visitor
from tests.sandbox.wecom.test_changes import KEY, TOKEN, opened, receiver  # noqa: F401 - a fixture
from tests.sandbox.wecom.test_suites import Suite


@pytest.fixture
def visitor(sandbox):
    with Visitor(sandbox.url) as visitor:
        yield visitor


@pytest.fixture
def contacts(visitor):
    visitor.see("/corp")
    return visitor


def members(sandbox) -> dict:
    return {each["userid"]: each for each in sandbox.see("wecom/members")["members"]}


def test_it_shows_departments_and_members(contacts):
    assert "行政部" in contacts.page
    assert "staff00001" not in contacts.page

    assert "staff00001" in contacts.see("/corp?at=2")
    assert "staff00003" in contacts.see("/corp?q=19900000003")
    assert "海纳沙箱物业" in contacts.see("/corp?at=999")


def test_a_member_is_added_moved_and_deleted(sandbox, contacts):
    page = contacts.submit(
        "/corp/user/create", at="2", name="林然", mobile="13800000001", department=["2", "3"]
    )
    assert "已修改" in page
    (made,) = [each for each in members(sandbox).values() if each["name"] == "林然"]
    assert (made["departments"], made["generated"]) == ([2, 3], True)

    contacts.submit("/corp/user/update", userid=made["userid"], name="林", departments="4，3")
    assert members(sandbox)[made["userid"]]["departments"] == [4, 3]
    contacts.submit("/corp/activate", userid=made["userid"])
    assert members(sandbox)[made["userid"]]["activated"]
    contacts.submit("/corp/user/delete", userid=made["userid"])

    assert made["userid"] not in members(sandbox)


def test_what_is_done_there_is_told(sandbox, receiver, contacts):  # noqa: F811
    sandbox.do("wecom/server", url=receiver.url, token=TOKEN, aes_key=KEY)

    contacts.submit("/corp/user/delete", userid="staff00002")
    sandbox.delivered()

    assert opened(receiver.posts[0])["ChangeType"] == "delete_user"


@pytest.mark.parametrize(
    ("act", "given", "told"),
    [
        ("user/create", {"name": "林", "mobile": "19900000001", "department": "2"}, "60104"),
        ("user/delete", {"userid": "staff00001"}, "不能删除企业创建者"),
        ("department/create", {"name": "行政部", "parentid": "1"}, "已有同名部门"),
        ("department/delete", {"id": "1"}, "根部门不能删除"),
        ("department/delete", {"id": "2"}, "还有成员"),
    ],
)
def test_what_is_not_allowed_is_told(sandbox, contacts, act, given, told):
    assert told in contacts.submit(f"/corp/{act}", **given)
    assert len(members(sandbox)) == 12


def test_departments_are_kept_there(sandbox, contacts):
    contacts.submit("/corp/department/create", name="保洁部", parentid="1")
    found = {each["name"]: each for each in sandbox.see("wecom/departments")["departments"]}
    number = found["保洁部"]["id"]

    contacts.submit("/corp/department/update", id=str(number), name="保洁组", parentid="2")
    found = {each["id"]: each for each in sandbox.see("wecom/departments")["departments"]}
    assert (found[number]["name"], found[number]["parent"]) == ("保洁组", 2)

    contacts.submit("/corp/department/delete", id=str(number))
    assert len(sandbox.see("wecom/departments")["departments"]) == 9


def test_settings_show_what_is_to_be_pasted(visitor):
    page = visitor.see("/corp/settings")

    for wanted in (seeds.CORPID, seeds.SYNC_SECRET, str(seeds.AGENT), seeds.APP_SECRET):
        assert wanted in page
    assert 'name="trusted_ips" value=""' in page
    assert seeds.OTHER_CORPID in visitor.see(f"/corp/settings?corp={seeds.OTHER_CORPID}")


def test_messages_and_invitations_are_shown(sync, app, visitor):
    text = {"msgtype": "text", "text": {"content": "请尽快处理"}}
    app.post("message/send", agentid=seeds.AGENT, touser="staff00001", **text)
    sync.post("batch/invite", user=["staff00002"])

    page = visitor.see("/corp/settings")

    assert "请尽快处理" in page
    assert "最近邀请加入的成员：staff00002" in page


def test_settings_are_kept(sandbox, visitor, sync, app):
    visitor.see("/corp/settings")

    visitor.submit("/corp/settings", trusted_ips="203.0.113.7；203.0.113.8", cap="300", party="3")

    assert sync.get("department/simplelist")["errcode"] == 60020
    assert app.get("department/simplelist")["errcode"] == 60020
    visitor.submit("/corp/settings", trusted_ips="", cap="300", party="3")
    assert app.get("agent/get", agentid=seeds.AGENT)["allow_partys"] == {"partyid": [3]}
    assert sandbox.see("wecom/corps")["corps"][0]["cap"] == 300


def test_an_address_is_verified(visitor, receiver):  # noqa: F811
    visitor.see("/corp/settings")
    given = {"url": receiver.url, "token": TOKEN, "aes_key": KEY}
    receiver.echoes = False
    assert "回调地址请求不通过" in visitor.submit("/corp/settings/server", **given)

    receiver.echoes = True
    assert "提交成功" in visitor.submit("/corp/settings/server", **given)


def test_a_suite_comes_and_goes(sandbox, visitor):
    suite = Suite(sandbox)
    visitor.see("/corp/settings")
    visitor.submit("/corp/settings/suite", suite_id=seeds.SUITE_ID, act="install")
    assert "未授权" in visitor.page
    told = suite.take(sandbox.do("wecom/suite/install")["auth_code"])
    assert "已授权" in visitor.see("/corp/settings")

    visitor.submit("/corp/settings/suite", suite_id=seeds.SUITE_ID, act="change", party="3")
    assert "可见部门 3" in visitor.page
    visitor.submit("/corp/settings/suite", suite_id=seeds.SUITE_ID, act="cancel")

    assert "未授权" in visitor.page
    corp = suite.corp(told["access_token"])
    assert corp.get("department/list")["errcode"] == 48004
    assert "没有安装" in visitor.submit(
        "/corp/settings/suite", suite_id=seeds.SUITE_ID, act="cancel"
    )


def test_a_large_corp_is_shown_in_part(sandbox, visitor):
    sandbox.do("wecom/seed", departments=30, members=3_000)

    assert "先列出 100 人" in visitor.see("/corp?q=staff")
