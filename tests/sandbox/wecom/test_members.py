"""§8.2, §8.3: user/*, its limits and its codes."""

import pytest
import requests

from haina.sandbox.wecom import seeds


def told(sandbox, userid: str) -> dict:
    """What WeCom keeps of somebody."""
    everybody = sandbox.see("wecom/members")["members"]
    return next(each for each in everybody if each["userid"] == userid)


def test_it_is_created_changed_and_deleted(sandbox, sync, app):
    assert sync.post(
        "user/create", userid="lin", name="林", department=[2], mobile="13800000001"
    ) == {
        "errcode": 0,
        "errmsg": "created",
    }
    assert sync.code("user/update", userid="LIN", name="林然", department=[3, 2]) == 0
    found = app.get("user/get", userid="lin")
    assert (found["name"], found["department"], found["status"]) == ("林然", [3, 2], 4)
    assert sync.get("user/delete", userid="lin")["errmsg"] == "deleted"

    assert app.get("user/get", userid="lin")["errcode"] == 60111
    assert sync.get("user/delete", userid="lin")["errcode"] == 60111
    assert len(sandbox.see("wecom/members")["members"]) == 12


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"userid": ""}, 41009),
        ({"userid": "-lin"}, 40003),
        ({"userid": "林"}, 40003),
        ({"userid": "l" * 65}, 40003),
        ({"userid": "STAFF00001"}, 60102),
        ({"name": ""}, 60112),
        ({"name": "长" * 65}, 60112),
        ({"mobile": "12345"}, 60103),
        ({"mobile": "19900000001"}, 60104),
        ({"mobile": "+86 19900000001"}, 60104),
        ({"mobile": "+86 13800000001"}, 0),
        ({"mobile": "+852 61234567"}, 0),
        ({"mobile": ""}, 60129),
        ({"mobile": "", "email": "lin@example.com"}, 0),
        ({"email": "lin"}, 60105),
        ({"department": []}, 60127),
        ({"department": [999]}, 60123),
        ({"department": list(range(1, 102))}, 60110),
        ({"department": [1, 2], "is_leader_in_dept": [1]}, 60132),
        ({"department": [1, 2], "order": [1]}, 40058),
        ({"department": [1, 2], "main_department": 3}, 40058),
        ({"gender": "3"}, 40058),
        ({"gender": 0}, 0),
        ({"position": "职" * 129}, 40058),
        ({"telephone": "020-123456"}, 0),
        ({"telephone": "电话"}, 40058),
        ({"address": "址" * 129}, 40058),
        ({"direct_leader": ["nobody"]}, 60111),
    ],
)
def test_what_is_taken_and_what_is_refused(sandbox, sync, given, code):
    least = {"userid": "lin", "name": "林", "department": [1], "mobile": "13800000001"}

    assert sync.code("user/create", **{**least, **given}) == code
    assert len(sandbox.see("wecom/members")["members"]) == 12 + (code == 0)


def test_who_has_the_phone_is_told(sync):
    refused = sync.post("user/create", userid="l", name="林", department=[1], mobile="19900000003")

    assert refused["errmsg"].startswith("mobile existed:staff00003")


def test_an_address_of_mail_is_nobody_elses(sync):
    assert sync.create("first", email="lin@example.com") == 0
    assert sync.create("second", mobile="13800000002", email="LIN@example.com") == 60106


def test_a_phone_is_free_again(sync):
    assert sync.create("lin") == 0
    assert sync.code("user/update", userid="lin", mobile="13800000002") == 0
    assert sync.create("wang") == 0
    assert sync.code("user/update", userid="wang", mobile="13800000002") == 60104


def test_the_phone_of_an_activated_member_stays(sandbox, sync):
    """mobile ignored once the member is activated."""
    assert sync.code("user/update", userid="staff00001", mobile="13800000001") == 0

    assert told(sandbox, "staff00001")["mobile"] == "19900000001"


def test_a_userid_that_wecom_made_up_may_change_once(sandbox, sync):
    given = {"name": "林", "department": [1], "mobile": "13800000001"}
    made = sandbox.do("wecom/console", act="user/create", **{"with": given})["userid"]

    assert sync.code("user/update", userid=made, new_userid="staff00001") == 60102
    assert sync.code("user/update", userid=made, new_userid="lin") == 0
    assert sync.code("user/update", userid="lin", new_userid="lin2") == 301036
    assert told(sandbox, "lin")["name"] == "林"


def test_the_cap(sandbox, sync):
    """201st user 45024."""
    sandbox.do("wecom/seed", members=188)

    assert sync.create("lin") == 45024
    assert sync.get("user/delete", userid="staff00200")["errcode"] == 0
    assert sync.create("lin") == 0
    assert sync.create("wang", mobile="13800000002") == 45024
    sandbox.do("wecom/corp", cap=201)
    assert sync.create("wang", mobile="13800000002") == 0


def test_the_creator_stays(sync):
    assert sync.get("user/delete", userid="staff00001")["errcode"] == 301005
    assert sync.code("user/batchdelete", useridlist=["staff00002", "staff00001"]) == 301005


def test_one_bad_id_fails_the_whole_call(sandbox, sync):
    assert sync.code("user/batchdelete", useridlist=["staff00002", "nobody"]) == 40031
    assert len(sandbox.see("wecom/members")["members"]) == 12

    assert sync.code("user/batchdelete", useridlist=["staff00002", "STAFF00003"]) == 0
    assert len(sandbox.see("wecom/members")["members"]) == 10


@pytest.mark.parametrize(("userids", "code"), [([], 40031), (["staff00002"] * 201, 40032)])
def test_how_many_at_once(sync, userids, code):
    assert sync.code("user/batchdelete", useridlist=userids) == code


@pytest.mark.parametrize("path", ["user/create", "user/update", "user/batchdelete"])
def test_an_app_writes_nothing(app, path):
    assert app.code(path, userid="staff00002", useridlist=["staff00002"]) == 48002
    assert app.get("user/delete", userid="staff00002")["errcode"] == 48002


@pytest.mark.parametrize(
    "path", ["user/get?userid=staff00002", "user/list?department_id=1", "user/simplelist"]
)
def test_the_sync_secret_reads_ids_only(sync, path):
    assert sync.get(path)["errcode"] == 48009
    assert sync.code("user/getuserid", mobile="19900000002") == 48009
    assert sync.code("user/list_id") == 0


def test_an_old_address_reads_everything(sandbox, sync):
    sandbox.do("wecom/corp", old_ips=["127.0.0.1"])

    found = sync.get("user/get", userid="staff00002")

    assert (found["mobile"], found["gender"]) == ("19900000002", "2")


def test_an_app_is_told_no_phone(app):
    """ "no avatar/gender/mobile/email/biz_mail/qr_code/address"."""
    hidden = {"avatar", "gender", "mobile", "email", "biz_mail", "qr_code", "address"}
    (found,) = [
        each
        for each in app.get("user/list", department_id=2)["userlist"]
        if each["userid"] == "staff00001"
    ]

    assert hidden.isdisjoint(found)
    assert hidden.isdisjoint(app.get("user/get", userid="staff00001"))
    assert {"userid", "name", "department", "position", "status"} <= set(found)


def test_a_list_is_of_the_department_alone(app):
    """ "the current doc has no fetch_child: walk departments"."""
    assert app.get("user/list", department_id=1, fetch_child=1)["userlist"] == []
    (first, _second) = app.get("user/simplelist", department_id=2)["userlist"]

    assert first == {"userid": "staff00001", "name": first["name"], "department": [2]}
    assert app.get("user/simplelist", department_id=999)["errcode"] == 60003


def test_outside_the_scope(sandbox, app):
    sandbox.do("wecom/app", agentid=seeds.AGENT, parties=[3], users=["staff00001"])

    assert app.get("user/get", userid="staff00001")["errcode"] == 0
    assert app.get("user/get", userid="staff00002")["errcode"] == 0
    assert app.get("user/get", userid="staff00006")["errcode"] == 60021
    assert app.get("user/list", department_id=2)["errcode"] == 60011
    assert app.code("user/getuserid", mobile="19900000006") == 46004


def test_a_phone_leads_to_a_userid(app):
    assert app.post("user/getuserid", mobile="19900000006")["userid"] == "staff00006"
    assert app.code("user/getuserid", mobile="13800000009") == 46004
    assert app.code("user/getuserid", mobile="6") == 60103


def test_ids_page_by_page(sandbox, sync):
    """{cursor?, limit<=10000} -> next_cursor, dept_user[] (one row per dept)."""
    sync.create("lin", department=[3, 2])
    rows, cursor = [], ""
    while page := sync.post("user/list_id", limit=3, cursor=cursor):
        rows += page["dept_user"]
        if not (cursor := page["next_cursor"]):
            break
        sync.get("user/delete", userid=rows[0]["userid"])

    assert len(rows) == 14
    assert rows[-2:] == [{"userid": "lin", "department": each} for each in (2, 3)]
    assert sync.code("user/list_id", limit=10_001) == 40058
    assert sync.code("user/list_id", cursor="no cursor") == 40058


def test_an_app_lists_no_ids(app):
    assert app.code("user/list_id") == 48002


def test_who_is_invited(sandbox, sync):
    """to_invite default true."""
    sync.create("lin", to_invite=False)
    sync.create("wang", mobile="13800000002")
    told = sync.post("batch/invite", user=["lin", "nobody"], party=[999])

    assert (told["invaliduser"], told["invalidparty"]) == (["nobody"], [999])
    invited = [each["userid"] for each in sandbox.see("wecom/invited")["invited"]]
    assert invited == ["wang", "lin"]


def test_an_answer_can_be_lost(sandbox, sync):
    """It is done, and nobody says so."""
    sandbox.fault("wecom/cgi-bin/user/create", lost=True, times=1)

    with pytest.raises(requests.ConnectionError):
        sync.create("lin")

    assert sync.create("lin") == 60102


def test_a_large_corp(sandbox, sync, app):
    """ "14,000 employees in 600 departments"."""
    sandbox.do("wecom/seed", departments=600, members=14_000)

    rows, cursor = [], ""
    while not rows or cursor:
        page = sync.post("user/list_id", cursor=cursor)
        rows, cursor = rows + page["dept_user"], page["next_cursor"]
    departments = sync.get("department/simplelist")["department_id"]
    listed = app.get("user/list", department_id=departments[-1]["id"])["userlist"]

    assert len(departments) == 608 + 1
    assert len({row["userid"] for row in rows}) == 14_012
    assert 20 < len(listed) < 40


def test_what_is_seeded_again_is_new(sandbox, sync):
    sandbox.do("wecom/seed", departments=25, members=50)
    sync.get("user/delete", userid="staff00020")

    told = sandbox.do("wecom/seed", departments=25, members=50)

    assert told == {"departments": 59, "members": 111}
    phones = [each["mobile"] for each in sandbox.see("wecom/members")["members"]]
    assert len(set(phones)) == 111
