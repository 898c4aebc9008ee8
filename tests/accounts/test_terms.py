"""Nobody gives more than they hold, touches who holds more, or changes their own."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from haina.accounts import invitations, services
from haina.accounts.audit import Actor
from haina.accounts.models import Administrator, AuditEntry
from haina.accounts.permissions import Level, Section
from haina.accounts.services import AccountRefused
from haina.accounts.terms import Terms
from tests import make
from tests.together import together

Role = Administrator.Role
HELD = {Section.ADMINISTRATORS: Level.MANAGE, Section.RESIDENTS: Level.VIEW}
PHONE = "+8613900000001"


@pytest.fixture
def clerk(account):
    """Manages administrators, sees residents but not their ID numbers, everywhere and for good."""
    return make.operator(account, "小管", sections=HELD, fields={"id_number": Level.NONE})


@pytest.fixture
def system(account):
    return make.system(account)


def give(administrator, terms, by):
    services.set_terms(administrator, terms, by=Actor.of(by), now=timezone.now())


def terms(**changed) -> Terms:
    return Terms(**({"role": Role.OPERATOR} | changed))


BEYOND = {
    "a system administrator": {"role": Role.SYSTEM},
    "a creator": {"role": Role.CREATOR},
    "a higher level": {"sections": {Section.RESIDENTS: Level.MANAGE}},
    "another section": {"sections": {Section.STAFF: Level.VIEW}},
    "a hidden field": {"fields": {"id_number": Level.VIEW}},
}


@pytest.mark.parametrize("beyond", BEYOND.values(), ids=BEYOND)
def test_nobody_gives_more_than_they_hold(account, clerk, newcomer, beyond):
    services.set_rights(
        newcomer, sections={}, fields={}, by=Actor.command(account), now=timezone.now()
    )
    before = Terms.of(newcomer)

    with pytest.raises(AccountRefused):
        give(newcomer, terms(**beyond), clerk)
    with pytest.raises(AccountRefused):
        invitations.invite(account, PHONE, terms(**beyond), by=Actor.of(clerk), now=timezone.now())

    assert Terms.of(Administrator.objects.get(pk=newcomer.pk)) == before
    assert not account.invitations.exists()


def test_what_one_holds_one_may_give(clerk, newcomer):
    newcomer.grants.all().delete()

    give(newcomer, terms(sections=HELD, fields={"name": Level.MANAGE}), clerk)

    assert Terms.of(newcomer).sections == HELD


def test_who_is_limited_to_communities_gives_some_of_them(account, community):
    other = make.community(account, "深圳小区")
    limited = make.operator(account, sections=HELD, communities=(community,))
    ours = make.operator(account, communities=(community,), fields={})

    for communities in ((), (other,), (community, other)):
        ids = frozenset(each.pk for each in communities)
        with pytest.raises(AccountRefused, match="部分小区"):
            give(ours, terms(communities=ids), limited)

    give(ours, terms(communities=frozenset([community.pk])), limited)


def test_who_is_there_for_a_while_appoints_nobody_for_longer(account, clerk, newcomer):
    today = timezone.localdate()
    Administrator.objects.filter(pk=clerk.pk).update(ends_on=today + timedelta(days=3))
    newcomer.grants.all().delete()
    Administrator.objects.filter(pk=newcomer.pk).update(ends_on=today)

    for ends_on in (None, today + timedelta(days=4)):
        with pytest.raises(AccountRefused, match="截止日期不能晚于"):
            give(newcomer, terms(ends_on=ends_on), clerk)

    give(newcomer, terms(ends_on=today + timedelta(days=3)), clerk)


def test_nobody_changes_their_own_rights(account, creator, clerk, system):
    for who in (creator, clerk, system):
        with pytest.raises(AccountRefused, match="自己"):
            give(who, Terms.of(who), who)
        with pytest.raises(AccountRefused):
            services.deactivate(who, by=Actor.of(who), now=timezone.now())


def test_operators_touch_nobody_above_them(account, creator, clerk, system, community):
    above = make.operator(account, sections={Section.STAFF: Level.VIEW})
    limited = make.operator(account, sections=HELD, communities=(community,))
    pairs = [(creator, clerk), (system, clerk), (above, clerk), (clerk, limited)]
    for target, by in pairs:
        with pytest.raises(AccountRefused):
            give(target, terms(sections={}), by)
        with pytest.raises(AccountRefused):
            services.deactivate(target, by=Actor.of(by), now=timezone.now())


def test_the_creator_is_touched_by_nobody(creator, system):
    for change in (terms(), terms(role=Role.SYSTEM)):
        with pytest.raises(AccountRefused):
            give(creator, change, system)


def test_system_administrators_appoint_each_other(account, creator, system, newcomer):
    give(newcomer, terms(role=Role.SYSTEM), system)
    newcomer.refresh_from_db()
    assert (newcomer.role, newcomer.seat) == (Role.SYSTEM, 2)
    assert not newcomer.grants.exists()

    give(newcomer, terms(), creator)
    newcomer.refresh_from_db()
    assert (newcomer.role, newcomer.seat) == (Role.OPERATOR, None)
    changed = AuditEntry.objects.filter(action="administrator.role_changed")
    assert [entry.ids for entry in changed] == [[newcomer.pk]] * 2


def test_a_system_administrator_is_limited_by_nothing(account, creator, community, operator):
    everything = {"communities": frozenset([community.pk]), "ends_on": date(2099, 1, 1)}

    give(operator, terms(role=Role.SYSTEM, **everything), creator)

    operator.refresh_from_db()
    assert not operator.communities.exists()
    assert operator.ends_on is None


def test_the_21st_is_refused_by_a_change_of_role_too(account, creator, newcomer):
    for _ in range(20):
        make.system(account)

    with pytest.raises(AccountRefused, match="系统管理员最多支持添加 20 个"):
        give(newcomer, terms(role=Role.SYSTEM), creator)


@pytest.mark.django_db(transaction=True)
def test_two_ways_to_the_20th_seat_at_once():
    account = make.account()
    creator = make.creator_of(account)
    for _ in range(19):
        make.system(account)
    operators = [make.operator(account) for _ in range(2)]
    users = [make.user(phone=f"+861380000000{n}") for n in range(2)]
    offers = [make.invited(account, str(user.phone), role=Role.SYSTEM)[0] for user in users]

    def promoted(operator):
        give(operator, terms(role=Role.SYSTEM), creator)

    def accepted(number):
        by = Actor(label="x", account_id=account.pk)
        invitations.accept(offers[number], users[number], by=by, now=timezone.now())

    def one(way):
        try:
            way()
        except AccountRefused:
            return False
        return True

    ways = [lambda: promoted(operators[0]), lambda: promoted(operators[1])]
    ways += [lambda: accepted(0), lambda: accepted(1)]

    assert sum(together(one, ways)) == 1
    assert account.administrators.filter(role=Role.SYSTEM).count() == 20


@pytest.mark.django_db(transaction=True)
def test_who_loses_a_right_meanwhile_gives_nothing_by_it():
    """Two of them take each other's right at the same moment: one comes first."""
    account = make.account()
    pair = [make.operator(account, sections=HELD, fields={}) for _ in range(2)]

    def take(number):
        try:
            give(pair[1 - number], terms(), pair[number])
        except AccountRefused:
            return False
        return True

    assert sorted(together(take, range(2))) == [False, True]
    section = Section.ADMINISTRATORS
    assert sum(Terms.of(each).sections.get(section, 0) > 0 for each in pair) == 1


def test_communities_of_other_accounts_are_nobody_s_to_give(account, creator, newcomer, stranger):
    foreign = stranger.account.communities.get()

    with pytest.raises(AccountRefused, match="已被删除"):
        give(newcomer, terms(communities=frozenset([foreign.pk])), creator)


def test_every_change_is_in_the_trail(account, creator, newcomer, community):
    newcomer.grants.all().delete()
    start = AuditEntry.objects.latest("pk").pk
    first = terms(
        sections={Section.COMMUNITIES: Level.VIEW},
        communities=frozenset([community.pk]),
        ends_on=timezone.localdate(),
    )

    give(newcomer, first, creator)
    give(newcomer, first, creator)
    give(newcomer, replace(first, ends_on=None), creator)

    entries = AuditEntry.objects.filter(pk__gt=start).order_by("pk")
    assert [(entry.action, entry.fields) for entry in entries] == [
        ("administrator.rights_set", ["communities"]),
        ("administrator.limited", ["communities", "ends_on"]),
        ("administrator.limited", ["ends_on"]),
    ]


def test_the_trail_of_rights_can_be_read(sign_in, account, creator, newcomer):
    """A section may be called like the other side of a relation."""
    give(newcomer, terms(sections={Section.COMMUNITIES: Level.VIEW}), creator)

    page = sign_in(creator).get("/fengniao/audit/").content.decode()

    assert "小区楼栋信息" in page


def test_only_operators_end(account, creator, system):
    for place in (creator, system):
        with pytest.raises(IntegrityError, match="only_operators_end"), transaction.atomic():
            Administrator.objects.filter(pk=place.pk).update(ends_on=timezone.localdate())


def test_coming_back_is_with_the_terms_of_now(account, creator, operator, community):
    services.deactivate(operator, by=Actor.of(creator), now=timezone.now())

    give(operator, terms(sections={Section.STAFF: Level.VIEW}), creator)

    operator.refresh_from_db()
    assert operator.deactivated_at is None
    assert Terms.of(operator).sections == {Section.STAFF: Level.VIEW}
    assert AuditEntry.objects.filter(action="administrator.restored").count() == 1


def test_who_may_only_look_by_now_changes_nobody(account, clerk, newcomer):
    newcomer.grants.all().delete()
    clerk.grants.filter(section=Section.ADMINISTRATORS).update(level=Level.VIEW)

    with pytest.raises(AccountRefused, match="没有管理员设置的权限"):
        give(newcomer, terms(), clerk)
    with pytest.raises(AccountRefused, match="没有管理员设置的权限"):
        invitations.invite(account, PHONE, terms(), by=Actor.of(clerk), now=timezone.now())


def test_who_was_deactivated_changes_nobody(account, clerk, newcomer):
    services.deactivate(clerk, by=Actor.command(account), now=timezone.now())

    with pytest.raises(AccountRefused, match="没有管理员设置的权限"):
        give(newcomer, terms(), clerk)
