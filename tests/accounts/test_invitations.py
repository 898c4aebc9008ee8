"""An invitation by link: good once, for three days, for one phone, and takes over nobody."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from haina.accounts import invitations, services
from haina.accounts.audit import Actor
from haina.accounts.models import Administrator, AuditEntry, Invitation, User
from haina.accounts.permissions import Level, Section
from haina.accounts.tasks import forget
from haina.accounts.terms import Terms
from tests import make
from tests.together import together

PHONE, OTHER = "+8613900000001", "+8613900000002"
PASSWORD = "hao-jiu-bu-jian-7"
JOIN = {"name": " 小  李 ", "password": PASSWORD, "again": PASSWORD}
Role = Administrator.Role


@pytest.fixture
def link(account, community):
    sections = {Section.RESIDENTS: Level.VIEW}
    return url(make.invited(account, PHONE, sections=sections, communities=(community,))[1])


def url(token: str) -> str:
    return f"/invited/?t={token}"


def is_over(response) -> bool:
    return response.status_code == 404 and "邀请已失效" in response.content.decode()


def test_somebody_new_sets_name_and_password_and_is_in(account, community, client, link):
    assert "139*****01" in client.get(link).content.decode()

    response = client.post(link, JOIN, follow=True)

    assert response.redirect_chain[-1][0] == "/fengniao/overview/"
    user = User.objects.get(phone=PHONE)
    assert user.name == "小 李"
    assert user.check_password(PASSWORD)
    place = account.administrators.get(user=user)
    expected = {Section.RESIDENTS: Level.VIEW}
    assert Terms.of(place) == Terms(Role.OPERATOR, expected, {}, frozenset([community.pk]))
    accepted = AuditEntry.objects.get(action="administrator.accepted")
    assert (accepted.actor, accepted.user) == ("小 李", user)
    assert accepted.address == "127.0.0.1"


def test_whose_last_day_is_over_before_they_come_finds_nothing(account, client):
    token = make.invited(account, PHONE, ends_on=timezone.localdate())[1]

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert is_over(client.get(url(token)))
        assert is_over(client.post(url(token), JOIN))

    assert not User.objects.filter(phone=PHONE).exists()


def test_what_one_could_not_revoke_one_does_not_replace(account):
    everything = {"sections": {Section.ADMINISTRATORS: Level.MANAGE}}
    manager = make.operator(account, **everything)
    offered, token = make.invited(account, PHONE, role=Role.SYSTEM)

    with pytest.raises(services.AccountRefused, match="超过您的邀请"):
        make.invited(account, PHONE, by=manager)

    assert invitations.found(token, now=timezone.now()) == offered


def test_they_sign_in_by_phone_afterwards(client, link):
    client.post(link, JOIN)

    told = {"username": "13900000001", "password": PASSWORD}
    assert Client().post("/sign-in/", told).status_code == 302


def test_a_link_is_good_once(client, link):
    client.post(link, JOIN)

    for visitor in (client, Client()):
        assert is_over(visitor.get(link))
        assert is_over(visitor.post(link, JOIN))
    assert User.objects.filter(name="小 李").count() == 1


def test_a_link_is_good_for_three_days(client, link):
    with time_machine.travel(timezone.now() + timedelta(days=3, seconds=1)):
        assert is_over(client.post(link, JOIN))
    with time_machine.travel(timezone.now() + timedelta(days=2, hours=23)):
        assert client.get(link).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "金丝雀", "x" * 5000])
def test_what_is_no_token_opens_nothing(db, client, token):
    assert is_over(client.get("/invited/", {"t": token}))


def test_only_a_hash_of_the_token_is_kept(account, link):
    token = link.partition("=")[2]

    columns = str(Invitation.objects.values_list()[0])
    assert token not in columns


def test_a_revoked_link_opens_nothing(account, creator, client, link):
    invitation = account.invitations.get()

    assert invitations.revoke(invitation, by=Actor.of(creator), now=timezone.now())
    assert not invitations.revoke(invitation, by=Actor.of(creator), now=timezone.now())

    assert is_over(client.post(link, JOIN))
    assert AuditEntry.objects.filter(action="administrator.uninvited").count() == 1


def test_a_second_invitation_replaces_the_first(account, client, link):
    _, token = make.invited(account, PHONE)

    assert is_over(client.get(link))
    assert client.get(url(token)).status_code == 200


def test_a_link_goes_with_whoever_sent_it(account, creator, client, newcomer):
    newcomer.grants.create(section=Section.ADMINISTRATORS, level=Level.MANAGE)
    _, token = make.invited(account, PHONE, by=newcomer)

    services.deactivate(newcomer, by=Actor.of(creator), now=timezone.now())

    assert is_over(client.post(url(token), JOIN))


def test_a_link_gives_no_more_than_its_sender_may_give_now(account, creator, client, newcomer):
    rights = {Section.ADMINISTRATORS: Level.MANAGE, Section.STAFF: Level.MANAGE}
    call = {"by": Actor.of(creator), "now": timezone.now()}
    services.set_rights(newcomer, sections=rights, fields={}, **call)
    _, token = make.invited(account, PHONE, by=newcomer, sections=rights)

    rights[Section.STAFF] = Level.VIEW
    services.set_rights(newcomer, sections=rights, fields={}, **call)
    response = client.post(url(token), JOIN)

    assert response.status_code == 422
    assert "不能授予您自己没有的权限" in response.content.decode()
    assert not User.objects.filter(phone=PHONE).exists()


def test_an_existing_user_is_asked_to_sign_in_and_not_taken_over(account, link):
    user, client = make.user(name="老李", phone=PHONE), Client()

    page = client.get(link).content.decode()
    response = client.post(link, JOIN)

    assert "/sign-in/?next=/invited/" in page.replace("%2F", "/").replace("%3F", "?")
    assert response.status_code == 422
    assert "_auth_user_id" not in client.session
    user.refresh_from_db()
    assert (user.name, user.check_password(make.PASSWORD)) == ("老李", True)
    assert not account.administrators.filter(user=user).exists()


def test_signing_in_leads_back_to_the_invitation(link, client):
    user = make.user(name="老李", phone=PHONE)
    told = {"username": user.username, "password": make.PASSWORD, "next": link}

    response = client.post("/sign-in/", told, follow=True)

    assert "接受邀请" in response.content.decode()
    assert client.post(link).headers["Location"] == "/fengniao/"
    assert client.get("/fengniao/residents/").status_code == 200


def test_somebody_else_cannot_accept(account, sign_in, link):
    make.user(name="老李", phone=PHONE)
    other = make.user(name="别人", phone=OTHER)
    client = sign_in(other)

    assert "您现在以“别人”登录" in client.get(link).content.decode()
    assert client.post(link).status_code == 422
    by, offer = Actor.of(make.creator_of(account)), account.invitations.get()
    with pytest.raises(invitations.InvitationOver):
        invitations.accept(offer, other, by=by, now=timezone.now())
    assert not account.administrators.filter(user=other).exists()


def test_who_has_a_place_is_not_invited(account, creator):
    make.operator(account).user.__class__.objects.filter(name="小何").update(phone=PHONE)

    with pytest.raises(services.AccountRefused, match="已经是"):
        make.invited(account, PHONE)


def test_who_was_deactivated_comes_back_with_what_is_offered(account, creator, sign_in):
    place = make.operator(account, sections={Section.STAFF: Level.MANAGE})
    User.objects.filter(pk=place.user_id).update(phone=PHONE)
    place.user.refresh_from_db()
    services.deactivate(place, by=Actor.of(creator), now=timezone.now())
    _, token = make.invited(account, PHONE, sections={Section.RESIDENTS: Level.VIEW})

    sign_in(place).post(url(token))

    place.refresh_from_db()
    assert place.deactivated_at is None
    assert Terms.of(place).sections == {Section.RESIDENTS: Level.VIEW}


def test_ops_becomes_nobody_s_administrator(account, sign_in, ops, link):
    User.objects.filter(pk=ops.pk).update(phone=PHONE)
    ops.refresh_from_db()

    response = sign_in(ops).post(link)

    assert "海纳小助手不能成为" in response.content.decode()
    assert not account.administrators.filter(user=ops).exists()


def test_of_communities_that_are_gone_none_become_all(account, community, client, link):
    community.delete()

    response = client.post(link, JOIN)

    assert response.status_code == 422
    assert "已被删除" in response.content.decode()
    assert not User.objects.filter(phone=PHONE).exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "请填写您的姓名"),
        ({"name": "一" * 41}, "姓名最多 40 个字"),
        ({"password": "", "again": ""}, "请设置密码"),
        ({"password": "12345678", "again": "12345678"}, "密码"),
        ({"again": "another-word-9"}, "两次输入的密码不一致"),
    ],
)
def test_what_is_wrong_is_told(client, link, fields, sentence):
    response = client.post(link, JOIN | fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not User.objects.filter(phone=PHONE).exists()


def test_the_21st_system_administrator_is_refused_when_accepting(account, client):
    _, token = make.invited(account, PHONE, role=Role.SYSTEM)
    for _ in range(20):
        make.system(account)

    response = client.post(url(token), JOIN)

    assert "系统管理员最多支持添加 20 个" in response.content.decode()
    assert not User.objects.filter(phone=PHONE).exists()
    with pytest.raises(services.AccountRefused, match="20"):
        make.invited(account, OTHER, role=Role.SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hold_the_link_one_gets_in():
    account = make.account()
    invitation, _ = make.invited(account, PHONE)

    def join(name):
        told = {"name": name, "password": PASSWORD, "now": timezone.now()}
        try:
            by = Actor(label=name, account_id=account.pk)
            return invitations.accept_as_new(invitation, by=by, **told)
        except (services.AccountRefused, invitations.InvitationOver):
            return None

    joined = together(join, ["甲", "乙", "丙", "丁"])

    assert sum(user is not None for user in joined) == 1
    assert User.objects.filter(phone=PHONE).count() == 1
    assert account.administrators.count() == 2


def test_no_token_and_no_phone_in_the_trail(account, link):
    told = str(list(AuditEntry.objects.values_list()))

    assert link.partition("=")[2] not in told
    assert "13900000001" not in told


def test_a_month_after_it_is_over_it_is_forgotten(account, client, link):
    client.post(link, JOIN)
    over = account.invitations.get().expires_at

    for days, left in ((30, 1), (31, 0)):
        with time_machine.travel(over + timedelta(days=days)):
            forget()
        assert account.invitations.count() == left

    assert account.administrators.count() == 2
