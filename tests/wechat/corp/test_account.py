"""The words of a corp's contacts, against the sandbox."""

import pytest

from haina.wechat.corp.account import Member, MemberThere, corp_account
from haina.wechat.corp.errors import FULL, MEMBER_EXISTS, NO_SUCH_MEMBER, NOT_VISIBLE, PHONE_EXISTS
from haina.wechat.errors import NOBODYS_FAULT, AccountRefused, BadArgument, Busy
from haina.wechat.models import Call
from tests.wechat.corp.conftest import CONTACTS_SECRET

SOMEBODY = Member("hn01", "测试员", "+8613800001234", "female", "保安", "A 1 101", [1])


@pytest.fixture
def there(corp):
    return corp_account(corp)


def members(sandbox) -> dict[str, dict]:
    return {each["userid"]: each for each in sandbox.see("wecom/members")["members"]}


def test_departments_are_told_with_their_names(sandbox, there):
    known = sandbox.see("wecom/departments")["departments"]

    told = {(each.id, each.parent_id, each.name) for each in there.departments()}

    assert told == {(each["id"], each["parent"], each["name"]) for each in known}


def test_names_of_departments_beyond_the_scope_stay_blank(sandbox, there):
    sandbox.do("wecom/app", agentid=1000001, parties=[2])

    told = {each.id: each.name for each in there.departments()}

    assert told[1] == ""
    assert told[2]


def test_memberships_and_names_are_everybodys(sandbox, there):
    known = members(sandbox)

    assert there.memberships() == {
        userid: frozenset(each["departments"]) for userid, each in known.items()
    }
    assert there.names() == {userid: each["name"] for userid, each in known.items()}


def test_memberships_are_read_to_the_last_page(sandbox, there, monkeypatch):
    monkeypatch.setattr("haina.wechat.corp.account.MOST_IDS", 5)

    assert set(there.memberships()) == set(members(sandbox))
    assert len(sandbox.calls("wecom/cgi-bin/user/list_id")) > 1


def test_a_page_that_is_refused_refuses_the_whole(sandbox, there, monkeypatch):
    monkeypatch.setattr("haina.wechat.corp.account.MOST_IDS", 5)
    sandbox.fault("wecom/cgi-bin/user/list_id", slow=0, times=1)
    sandbox.fault("wecom/cgi-bin/user/list_id", errcode=-1, times=1)

    with pytest.raises(Busy):
        there.memberships()


def test_a_member_is_created_changed_read_and_deleted(sandbox, there):
    there.create_member(SOMEBODY, invite=False)
    created = members(sandbox)["hn01"]
    there.update_member(Member("hn01", "改名", "", "", "主管", "", [1, 2]))
    changed = members(sandbox)["hn01"]

    assert (created["mobile"], created["gender"], created["address"]) == (
        "13800001234",
        "2",
        "A 1 101",
    )
    assert there.member("hn01") == MemberThere("hn01", "改名", "主管", frozenset({1, 2}))
    assert (changed["mobile"], changed["address"]) == ("13800001234", "A 1 101")
    assert there.userid_of("+8613800001234") == "hn01"
    assert sandbox.see("wecom/invited")["invited"] == []

    there.delete_member("hn01")

    assert there.userid_of("+8613800001234") == ""
    assert "hn01" not in members(sandbox)


def test_whoever_is_to_be_invited_is(sandbox, there):
    there.create_member(SOMEBODY, invite=True)

    assert [each["userid"] for each in sandbox.see("wecom/invited")["invited"]] == ["hn01"]


def test_members_are_deleted_all_or_none(sandbox, there):
    there.create_member(SOMEBODY, invite=False)

    with pytest.raises(BadArgument):
        there.delete_members(["hn01", "nobody"])
    assert "hn01" in members(sandbox)

    there.delete_members(["hn01"])
    assert "hn01" not in members(sandbox)


def test_a_department_is_created_changed_and_deleted(sandbox, there):
    number = there.create_department("夜班", 1)
    there.update_department(number, "夜班组", 2)

    found = {each.id: each for each in there.departments()}[number]
    assert (found.name, found.parent_id) == ("夜班组", 2)

    there.delete_department(number)
    assert number not in {each.id for each in there.departments()}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"userid": "hn02"}, PHONE_EXISTS),
        ({"phone": "+8613800009999"}, MEMBER_EXISTS),
        ({"userid": "hn02", "phone": "+8613900009999", "departments": [99]}, 60123),
        ({"userid": "hn02", "phone": ""}, 60129),
    ],
)
def test_what_is_about_one_person_is_a_bad_argument(there, changed, code):
    there.create_member(SOMEBODY, invite=False)
    other = Member(**SOMEBODY.__dict__ | changed)

    with pytest.raises(BadArgument) as refused:
        there.create_member(other, invite=False)

    assert refused.value.code == code
    assert not isinstance(refused.value, NOBODYS_FAULT)
    assert str(refused.value).endswith("。")


def test_a_full_corp_says_so(sandbox, there):
    sandbox.do("wecom/corp", cap=len(members(sandbox)))

    with pytest.raises(BadArgument) as refused:
        there.create_member(SOMEBODY, invite=False)

    assert refused.value.code == FULL
    assert "人数已达上限" in str(refused.value)


def test_nobody_and_somebody_out_of_sight_are_told_apart(sandbox, there):
    with pytest.raises(BadArgument) as nobody:
        there.member("nobody")
    sandbox.do("wecom/app", agentid=1000001, parties=[])
    userid = next(iter(members(sandbox)))
    with pytest.raises(BadArgument) as hidden:
        there.member(userid)

    assert (nobody.value.code, hidden.value.code) == (NO_SUCH_MEMBER, NOT_VISIBLE)
    assert there.names() == {}


@pytest.mark.parametrize("code", [-1, 45009, 45033])
def test_what_passes_by_itself_stops_the_pass_and_is_not_remembered(sandbox, there, code):
    sandbox.fault("wecom/cgi-bin/user/create", errcode=code, times=1)

    with pytest.raises(Busy) as refused:
        there.create_member(SOMEBODY, invite=False)
    there.create_member(SOMEBODY, invite=False)

    assert refused.value.code == code


@pytest.mark.parametrize("how", [{"drop": True}, {"status": 502}])
def test_no_answer_is_nobodys_fault(sandbox, there, how):
    sandbox.fault("wecom/cgi-bin/department/simplelist", times=1, **how)

    with pytest.raises(Busy) as refused:
        there.departments()

    assert "企业微信" in str(refused.value)


def test_a_lost_answer_is_met_again_as_a_userid_that_exists(sandbox, there):
    sandbox.fault("wecom/cgi-bin/user/create", lost=True, times=1)
    with pytest.raises(Busy):
        there.create_member(SOMEBODY, invite=False)

    with pytest.raises(BadArgument) as refused:
        there.create_member(SOMEBODY, invite=False)

    assert refused.value.code == MEMBER_EXISTS


def test_the_secrets_have_tokens_of_their_own(sandbox, there):
    there.departments()
    there.departments()

    assert len(sandbox.calls("wecom/cgi-bin/gettoken")) == 2
    assert there.writer.access_token != there.reader.access_token


def test_a_token_that_ended_is_renewed(sandbox, there):
    there.memberships()
    sandbox.do("wecom/tokens/expire")

    assert there.memberships()


def test_an_address_that_is_not_trusted_is_named_with_the_secret_it_is_about(sandbox, there):
    sandbox.do("wecom/app", trusted_ips=["203.0.113.7"])

    with pytest.raises(AccountRefused) as refused:
        there.memberships()

    assert "127.0.0.1" in str(refused.value)
    assert "通讯录同步" in str(refused.value)
    assert there.names()  # the app's is none of its business


def test_wrong_secrets_are_asked_about_once_a_minute(sandbox, corp):
    corp.contacts_secret = "wrong"

    for _each in range(3):
        with pytest.raises(AccountRefused) as refused:
            corp_account(corp).memberships()

    assert "通讯录同步的Secret不正确" in str(refused.value)
    assert len(sandbox.calls("wecom/cgi-bin/gettoken")) == 1


def test_calls_are_kept_by_corp_and_hold_no_secret(corp, there):
    there.memberships()

    kept = list(Call.objects.filter(corp=corp).order_by("pk").values_list("endpoint", "errcode"))
    assert kept == [("gettoken", 0), ("user/list_id", 0)]


def test_a_refusal_holds_no_secret(sandbox, there):
    sandbox.fault("wecom/cgi-bin/gettoken", drop=True)

    with pytest.raises(Busy) as refused:
        there.memberships()

    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    assert CONTACTS_SECRET not in repr(refused.value)
