"""The way to an application, without proof of the phone."""

import pytest
from django.test import Client
from django.utils import timezone

from communities import tree
from haina.accounts.audit import Actor
from residents.models import Binding, Resident, VerificationApplication
from tests import make
from tests.residents.mobile.conftest import HOME, USER_AGENT, Visitor, text_of


def test_the_empty_home_welcomes_and_leads_on(phone, community):
    response = phone.get()

    assert "去认证" in text_of(response)
    assert f'href="{HOME}apply/"' in response.content.decode()


def test_the_only_community_is_chosen_at_once(phone, community):
    response = phone.get("apply/", follow=True)

    assert response.redirect_chain == [(f"{HOME}apply/{community.pk}/", 302)]


def test_communities_are_chosen_by_name(phone, account, community, stranger):
    make.community(account, "深圳小区")

    shown = text_of(phone.get("apply/"))

    assert "腾讯小区" in shown
    assert "深圳小区" in shown
    assert "别家小区" not in shown


def test_levels_are_chosen_one_by_one(phone, community, room):
    make.resident(community, "B 1 201", name="住在这里的人")
    path = f"apply/{community.pk}/"
    answers = [phone.get(path)]
    for node in (room.parent.parent, room.parent):
        answers.append(phone.get(f"{path}?node={node.pk}"))
    shown = [text_of(answer) for answer in answers]

    assert "选择栋" in shown[0]
    assert "选择单元" in shown[1]
    assert "选择房间号" in shown[2]
    assert "101" in shown[2]
    assert not any("住在这里的人" in each for each in shown)
    assert phone.get(f"{path}?node={'9' * 5000}").status_code == 404
    assert phone.get(f"{path}{room.pk}/?from={'9' * 5000}").status_code == 200
    assert phone.get(f"{path}?node={room.pk}").headers["Location"].endswith(f"/{room.pk}/")


@pytest.mark.parametrize("levels", [1, 8])
def test_any_number_of_levels(phone, account, levels):
    names = [f"第{level}级" for level in range(levels)]
    deep = make.community(account, "深小区", levels=names)
    room = make.node(deep, " ".join(f"n{level}" for level in range(levels)))
    at, path = f"{HOME}apply/{deep.pk}/", f"{HOME}apply/{deep.pk}/{room.pk}/"

    for node in room.get_ancestors():
        response = phone.client.get(f"{at}?node={node.pk}")
        assert f"选择{names[node.level]}" in text_of(response)

    assert "住户认证" in text_of(phone.client.get(path))


def test_a_room_is_found_by_its_address(phone, community, room):
    make.node(community, "A 1 102")
    found = text_of(phone.get(f"apply/{community.pk}/?q=1 101"))
    none = text_of(phone.get(f"apply/{community.pk}/?q=999"))

    assert "A 1 101" in found
    assert "A 1 102" not in found
    assert "没有找到“999”" in none


def test_what_was_not_found_is_told_in_short(phone, community):
    none = text_of(phone.get(f"apply/{community.pk}/?q={'长' * 300}"))

    assert "没有找到“长" in none
    assert "长" * 20 not in none


def test_long_lists_are_cut_and_say_so(phone, community):
    by, path = Actor.command(community.account), f"apply/{community.pk}/"
    tree.grow(community, [(f"{n}栋",) for n in range(1, 16)], by=by, now=timezone.now())
    some = text_of(phone.get(path))
    tree.grow(community, [(f"{n}栋",) for n in range(16, 302)], by=by, now=timezone.now())

    many = text_of(phone.get(path))

    assert "搜索" in some
    assert "没有全部显示" not in some
    assert "300栋" in many
    assert "301栋" not in many
    assert "没有全部显示。请输入名称搜索。" in many


def test_a_place_without_rooms_says_whom_to_ask(phone, community):
    block = make.node(community, "A")

    shown = text_of(phone.get(f"apply/{community.pk}/?node={block.pk}"))

    assert "还没有登记房间，请联系物业管理处 075586013388" in shown


def test_a_correction_begins_with_what_was_said(phone, community, follower, form_path, claimed):
    phone.post(form_path, claimed | {"identity": "term_tenant", "lease_ends_on": "2030-12-31"})
    refused = VerificationApplication.objects.get()
    VerificationApplication.objects.update(state="rejected", reason="姓名不符")

    page = phone.get(f"applications/{refused.pk}/").content.decode()
    form = phone.get(f"{form_path}?from={refused.pk}").content.decode()

    assert f'href="{HOME}{form_path}?from={refused.pk}"' in page
    for value in ("张三", "18124768126", "2030-12-31"):
        assert f'value="{value}"' in form
    assert "checked" in form
    again = phone.post(f"{form_path}?from={refused.pk}", claimed, follow=True)
    assert "已提交，等待审核" in text_of(again)


def test_what_agrees_waits_while_the_phone_is_not_proven(phone, community, form_path, claimed):
    make.resident(community, "A 1 101", phone="18124768126")

    response = phone.post(form_path, claimed, follow=True)

    assert "已提交，等待审核" in text_of(response)
    assert VerificationApplication.objects.get().is_pending
    assert not Binding.objects.exists()


def test_what_agrees_passes_where_the_company_says_so(phone, community, form_path, claimed):
    make.rules(community, auto_pass="agreed")
    resident = make.resident(community, "A 1 101", phone="18124768126")

    response = phone.post(form_path, claimed, follow=True)

    resident.refresh_from_db()
    assert "认证通过" in text_of(response)
    assert resident.verification == Resident.Verification.VERIFIED
    home = text_of(phone.get())
    assert "腾讯小区 A 1 101" in home
    assert "已认证" in home


def test_the_consent_is_recorded(phone, form_path, claimed):
    before = timezone.now()
    phone.post(form_path, claimed)

    application = VerificationApplication.objects.get()
    assert application.consent_version == "1"
    assert application.consented_at >= before


def refused(visitor, path, claimed, **wrong) -> str:
    response = visitor.post(path, claimed | wrong)
    assert response.status_code == 422
    assert not VerificationApplication.objects.exists()
    return text_of(response)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"agrees": ""}, "请先阅读并勾选同意"),
        ({"name": " "}, "请填写姓名。"),
        ({"phone": "123"}, "手机号格式不正确"),
        ({"identity": ""}, "请选择用户身份。"),
        ({"identity": "king"}, "不接受该身份的申请"),
        ({"identity": "term_tenant"}, "限期租客必须填写租约到期时间。"),
        ({"identity": "term_tenant", "lease_ends_on": "2020-01-01"}, "不能早于今天"),
        ({"identity": "term_tenant", "lease_ends_on": "明天"}, "日期不正确"),
        ({"id_number": "证件"}, "证件号只能包含"),
    ],
)
def test_what_is_wrong_is_told(phone, form_path, claimed, wrong, told):
    assert told in refused(phone, form_path, claimed, **wrong)


def test_the_rules_of_the_community_hold(phone, community, form_path, claimed):
    make.rules(community, needs_id_number=True, identities=["owner", "tenant"])

    assert "长期租客" in text_of(phone.get(form_path))
    assert "家属" not in text_of(phone.get(form_path))
    assert "不接受该身份的申请" in refused(phone, form_path, claimed, identity="family")
    assert "要求填写证件号" in refused(phone, form_path, claimed)


def test_the_end_of_a_lease_is_only_kept_of_term_tenants(phone, form_path, claimed):
    phone.post(form_path, claimed | {"lease_ends_on": "2030-12-31"})

    assert VerificationApplication.objects.get().lease_ends_on is None


def test_the_sixth_try_of_a_day_is_told_what_to_do(phone, community, claimed):
    for number in range(5):
        room = make.node(community, f"A 1 10{number}")
        more = {"phone": f"1812476812{number}"}
        assert phone.post(f"apply/{community.pk}/{room.pk}/", claimed | more).status_code == 302
    room = make.node(community, "B 1 101")

    response = phone.post(f"apply/{community.pk}/{room.pk}/", claimed)

    assert response.status_code == 422
    assert "今天已尝试5次，请明天再试，或联系物业管理处 075586013388。" in text_of(response)
    assert VerificationApplication.objects.count() == 5


def test_one_application_waits_for_a_room(phone, form_path, claimed):
    """Whoever submits twice comes to the one that waits, where it can be withdrawn."""
    phone.post(form_path, claimed)

    for response in (
        phone.get(form_path, follow=True),
        phone.post(form_path, claimed, follow=True),
    ):
        assert "已提交，等待审核" in text_of(response)
        assert "正在审核中。如需修改，请先撤回。" in text_of(response)
        assert "撤回申请" in text_of(response)
    assert VerificationApplication.objects.count() == 1


def test_who_is_verified_need_not_apply_again(phone, community, follower, form_path, claimed):
    resident = make.resident(community, "A 1 101")
    Resident.objects.update(verification="verified")
    make.bound(resident, follower)

    assert "无需再次申请" in text_of(phone.post(form_path, claimed))


def test_a_room_that_is_gone_is_told_inside_wechat(phone, community):
    response = phone.get(f"apply/{community.pk}/999999/")

    assert response.status_code == 404
    assert f'href="{HOME}"' in response.content.decode()
    assert "mobile.css" in response.content.decode()


def test_nobody_sees_anothers_application(account, phone, form_path, claimed, connected):
    phone.post(form_path, claimed)
    other = Visitor(account, make.follower(account).openid)
    pk = VerificationApplication.objects.get().pk

    for path in (f"applications/{pk}/", f"applications/{pk}/withdraw/"):
        assert other.get(path).status_code == 404
    assert other.post(f"applications/{pk}/withdraw/").status_code == 404
    assert "张三" not in text_of(other.get(f"{form_path}?from={pk}"))
    assert VerificationApplication.objects.get().is_pending


def test_a_pending_one_is_withdrawn(phone, form_path, claimed):
    phone.post(form_path, claimed)
    path = f"applications/{VerificationApplication.objects.get().pk}/withdraw/"

    assert "撤回这份申请？" in text_of(phone.get(path))
    assert VerificationApplication.objects.get().is_pending
    assert "已撤回" in text_of(phone.post(path, follow=True))
    assert VerificationApplication.objects.get().state == "withdrawn"
    assert "已撤回" in text_of(phone.get(path, follow=True))


def test_a_form_that_lay_too_long_leads_back_inside_wechat(account, follower, form_path):
    late = Client(enforce_csrf_checks=True, headers={"user-agent": USER_AGENT})

    response = late.post(HOME + form_path)

    assert response.status_code == 403
    assert "页面停留过久" in text_of(response)
    assert f'href="{HOME}"' in response.content.decode()


def test_a_room_that_is_gone_is_told_so_on_a_poster(phone, community, room, form_path):
    """As one that never was, and one of another account."""
    by = Actor.command(community.account)
    tree.fell(community, room.pk, by=by, now=timezone.now())
    elsewhere = make.node(make.community(make.account()), "A 1 101")

    gone = phone.get(form_path)

    assert gone.status_code == 404
    assert "这个房间已被删除或改动" in text_of(gone)
    for other in (f"apply/{community.pk}/999999/", f"apply/{elsewhere.tree_id}/{elsewhere.pk}/"):
        assert text_of(phone.get(other)) == text_of(gone)
