"""管理员设置 as its readers and its managers see it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.models import Administrator
from haina.accounts.permissions import Level, ResidentField, Section
from haina.accounts.terms import Terms
from tests import make

LIST = "/fengniao/administrators/"
INVITE = LIST + "invite/"
RIGHT = {"password": make.PASSWORD}
Role = Administrator.Role
HELD = {Section.ADMINISTRATORS: Level.MANAGE, Section.RESIDENTS: Level.VIEW}


def form(sections=None, fields=None, **more) -> dict:
    """What the dialog posts."""
    levels = dict.fromkeys(Section.values, 0) | (sections or {})
    of_fields = dict.fromkeys(ResidentField.values, 0) | (fields or {})
    told = {f"section_{name}": int(level) for name, level in levels.items()}
    told |= {f"field_{name}": int(level) for name, level in of_fields.items()}
    return told | {"role": "operator", "ends_on": "", "password": make.PASSWORD} | more


def edit(administrator) -> str:
    return f"{LIST}{administrator.pk}/edit/"


def deactivate(administrator) -> str:
    return f"{LIST}{administrator.pk}/deactivate/"


@pytest.fixture
def client(sign_in, creator):
    return sign_in(creator)


def text(response) -> str:
    return response.content.decode()


def test_the_list_is_in_the_guide_s_words(client, account, operator):
    make.system(account)
    make.user().__class__.objects.filter(pk=operator.user_id).update(phone="+8613900000001")

    page = text(client.get(LIST))

    for words in ("创建者 (1人)", "系统管理员 (1人)", "最多支持添加20个", "物业运营者 (1人)"):
        assert words in page
    assert page.index("创建者 (1人)") < page.index("系统管理员 (1人)") < page.index("物业运营者")
    assert "住户信息 管理" in page
    assert "139*****01" in page
    assert "13900000001" not in page
    assert 'aria-label="停用小何"' in page
    assert "停用马经理" not in page


def test_a_reader_sees_and_changes_nothing(sign_in, account, operator):
    reader = make.operator(account, "小看", sections={Section.ADMINISTRATORS: Level.VIEW})

    page = text(sign_in(reader).get(LIST))

    assert "小何" in page
    assert "添加管理权限" not in page
    assert "修改权限" not in page


def test_communities_out_of_reach_are_not_named(sign_in, account, community, creator):
    hidden = make.community(account, "金丝雀花园")
    make.operator(account, "小远", communities=(hidden, community))
    make.invited(account, communities=(hidden,))
    limited = make.operator(account, sections=HELD, communities=(community,))

    page = text(sign_in(limited).get(LIST))
    dialog = text(sign_in(limited).get(INVITE))

    assert "金丝雀花园" not in page + dialog
    assert "腾讯小区、其他小区" in page


def test_the_list_asks_as_often_for_many_as_for_few(client, account, community):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return len(asked)

    def more():
        make.operator(account, sections=HELD, communities=(community,))
        make.invited(account, communities=(community,))
        make.system(account)

    more()
    few = queries()
    for _ in range(3):
        more()

    assert queries() == few


def test_inviting_shows_the_link_once(client, account, community):
    told = form(HELD, {"name": 1}, phone="139 0000 0001", communities=[community.pk])

    response = client.post(INVITE, told | {"ends_on": "2099-12-31"})

    page = text(response)
    assert "http://testserver/invited/?t=" in page
    assert response.headers["Cache-Control"].startswith("max-age=0")
    assert "/invited/?t=" not in text(client.get(LIST))
    offer = Terms.offered_by(account.invitations.get())
    assert offer.sections[Section.ADMINISTRATORS] == Level.MANAGE
    assert offer.fields["name"] == Level.VIEW
    assert offer.communities == {community.pk}
    assert str(offer.ends_on) == "2099-12-31"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"phone": ""}, "请填写手机号"),
        ({"phone": "123"}, "手机号格式不正确"),
        ({"role": ""}, "请选择角色"),
        ({"role": "creator"}, "请选择角色"),
        ({"section_residents": "3"}, "请重新选择"),
        ({"field_name": "x"}, "请重新选择"),
        ({"communities": ["0"]}, "已被删除"),
        ({"communities": ["9" * 30]}, "已被删除"),
        ({"ends_on": "2020-01-01"}, "截止日期已经过去"),
        ({"ends_on": "soon"}, "日期格式"),
    ],
)
def test_what_is_wrong_is_told(client, account, changed, sentence):
    response = client.post(INVITE, form(phone="13900000001") | changed)

    assert response.status_code == 422
    assert sentence in text(response)
    assert not account.invitations.exists()


def test_fields_of_a_closed_section_are_not_given(client, newcomer):
    client.post(edit(newcomer), form({Section.STAFF: 1}, {"name": 2}))

    assert set(Terms.of(newcomer).fields.values()) == {Level.NONE}


def test_a_link_can_be_renewed_and_revoked(client, account):
    offer, token = make.invited(account, sections=HELD)

    page = text(client.post(f"{LIST}invitations/{offer.pk}/renew/", RIGHT))
    again = account.invitations.get(ended_at=None)
    assert "/invited/?t=" in page
    assert token not in page
    assert Terms.offered_by(again) == Terms.offered_by(offer)

    client.post(f"{LIST}invitations/{again.pk}/revoke/")
    assert not account.invitations.filter(ended_at=None).exists()


def test_a_changed_right_bites_on_the_next_request(client, sign_in, operator):
    theirs, page = sign_in(operator), "/fengniao/residents/"
    assert theirs.get(page).status_code == 200

    response = client.post(edit(operator), form({Section.STAFF: 1}))

    assert response.status_code == 302
    assert theirs.get(page).status_code == 403


def test_a_field_is_hidden_on_the_next_request(client, sign_in, operator, community):
    make.resident(community, name="金丝雀")
    theirs, page = sign_in(operator), f"/fengniao/residents/?community={community.pk}"
    assert "金丝雀" in text(theirs.get(page))

    fields = dict.fromkeys(ResidentField.values, 2) | {"name": 0}
    told = form({Section.RESIDENTS: 2}, fields, communities=[community.pk])
    client.post(edit(operator), told)

    assert "金丝雀" not in text(theirs.get(page))


def test_a_community_is_out_of_reach_on_the_next_request(client, sign_in, account, operator):
    other = make.community(account, "深圳小区")
    theirs = sign_in(operator)

    client.post(edit(operator), form({Section.COMMUNITIES: 1}, communities=[other.pk]))

    page = text(theirs.get("/fengniao/communities/"))
    assert "深圳小区" in page
    assert "腾讯小区" not in page


def test_deactivating_and_bringing_back(client, sign_in, operator):
    theirs = sign_in(operator)
    assert "住户审核提醒" in text(client.get(deactivate(operator)))

    client.post(deactivate(operator), RIGHT)
    assert theirs.get("/fengniao/").status_code == 404
    assert "已停用 (1人)" in text(client.get(LIST))

    dialog = text(client.get(edit(operator)))
    assert "恢复“小何”" in dialog
    client.post(edit(operator), form({Section.STAFF: 1}))
    assert theirs.get("/fengniao/jobs/").status_code == 200


def test_the_password_is_asked_again_before_rights_change(client, account, newcomer):
    offer, _ = make.invited(account, sections=HELD)
    acts = (INVITE, edit(newcomer), deactivate(newcomer), f"{LIST}invitations/{offer.pk}/renew/")
    for there in acts:
        told = form(phone="13900000001", password="wrong")
        response = client.post(there, told)
        assert response.status_code == 422
        assert "密码不正确" in text(response)

    newcomer.refresh_from_db()
    assert newcomer.deactivated_at is None
    assert list(account.invitations.values_list("pk", flat=True)) == [offer.pk]


def test_what_they_had_is_offered_when_they_come_back(client, operator, community):
    client.post(deactivate(operator), RIGHT)

    dialog = text(client.get(edit(operator)))

    (box,) = re.findall(rf'<input[^>]*name="communities"[^>]*value="{community.pk}"[^>]*>', dialog)
    assert "checked" in box


def test_who_may_not_be_touched_is_told_so(sign_in, account, creator, client):
    clerk = make.operator(account, sections=HELD)
    system = make.system(account)
    theirs = sign_in(clerk)
    for target in (creator, system, clerk):
        for there in (edit(target), deactivate(target)):
            page = text(theirs.post(there, form(HELD), follow=True))
            assert "不能修改" in page
    page = text(client.post(edit(creator), form(), follow=True))
    assert "不能修改自己的权限" in page
    assert Administrator.objects.get(pk=system.pk).deactivated_at is None


def test_operators_are_offered_no_more_than_they_hold(sign_in, account):
    clerk = make.operator(account, sections=HELD, fields={"id_number": Level.NONE})
    theirs = sign_in(clerk)

    dialog = text(theirs.get(INVITE))
    told = form({Section.RESIDENTS: 2}, {"id_number": 1}, phone="13900000001", role="system")
    response = theirs.post(INVITE, told)

    assert 'name="role"' not in dialog
    assert response.status_code == 422
    assert text(response).count("请重新选择") == 2
    theirs.post(INVITE, form({Section.RESIDENTS: 1}, phone="13900000001", role="system"))
    assert account.invitations.get().role == Role.OPERATOR


def test_who_is_limited_must_choose_among_theirs(sign_in, account, community):
    limited = make.operator(account, sections=HELD, communities=(community,))
    other = make.community(account, "深圳小区")
    theirs = sign_in(limited)

    for chosen in ([], [other.pk]):
        told = form(phone="13900000001", communities=chosen)
        assert theirs.post(INVITE, told).status_code == 422

    assert not account.invitations.exists()


def test_the_21st_is_refused_with_the_sentence(client, account, newcomer):
    for _ in range(20):
        make.system(account)

    for url, more in ((INVITE, {"phone": "13900000001"}), (edit(newcomer), {})):
        response = client.post(url, form(role="system") | more)
        assert response.status_code == 422
        assert "系统管理员最多支持添加 20 个，请先停用一位。" in text(response)

    assert account.administrators.filter(role=Role.SYSTEM).count() == 20


def test_a_dialog_is_a_fragment_and_a_page(client, newcomer):
    for there in (INVITE, edit(newcomer), deactivate(newcomer), LIST + "handover/"):
        assert "<html" in text(client.get(there))
        assert "<html" not in text(client.get(there, headers={"HX-Request": "true"}))


def test_a_row_of_another_account_stays_as_it_is(client, stranger):
    offer, _ = make.invited(stranger.account)
    foreign = make.operator(stranger.account)

    for there in (edit(foreign), deactivate(foreign), f"{LIST}invitations/{offer.pk}/revoke/"):
        assert client.post(there, form()).status_code == 404

    foreign.refresh_from_db()
    assert foreign.deactivated_at is None
    assert stranger.account.invitations.get().ended_at is None


def test_who_just_lost_the_right_saves_nothing(account, sign_in, newcomer):
    """Between the door and the lock."""
    clerk = make.operator(account, sections=HELD, fields={})
    by = Actor.of(clerk)
    services.deactivate(clerk, by=Actor.command(account), now=timezone.now())

    with pytest.raises(services.AccountRefused):
        services.deactivate(newcomer, by=by, now=timezone.now())
