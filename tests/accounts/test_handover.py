"""移交创建者: both confirm with their password, and the offer lapses."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from haina.accounts import handovers, services
from haina.accounts.audit import Actor
from haina.accounts.models import Administrator, AuditEntry
from haina.accounts.permissions import Level, Section
from haina.accounts.scope import Scope
from tests import make
from tests.together import together

OFFER, ACCEPT = "/fengniao/administrators/handover/", "/fengniao/administrators/handover/accept/"
END = "/fengniao/administrators/handover/end/"
RIGHT = {"password": make.PASSWORD}
Role = Administrator.Role


@pytest.fixture
def heir(account, community):
    sections = {Section.RESIDENTS: Level.VIEW}
    return make.operator(account, "小何", sections=sections, communities=(community,))


@pytest.fixture
def offered(sign_in, creator, heir):
    assert sign_in(creator).post(OFFER, RIGHT | {"heir": heir.pk}).status_code == 302


def role_of(administrator) -> str:
    return Administrator.objects.get(pk=administrator.pk).role


def test_it_passes_when_both_have_confirmed(sign_in, account, creator, heir, offered):
    assert role_of(creator) == Role.CREATOR
    client = sign_in(heir)
    assert "马经理" in client.get(ACCEPT).content.decode()

    client.post(ACCEPT, RIGHT)

    assert (role_of(creator), role_of(heir)) == (Role.SYSTEM, Role.CREATOR)
    heir.refresh_from_db()
    assert Scope.of(heir).community_ids is None
    assert not heir.communities.exists()
    assert not heir.grants.exists()
    acts = ["handover.offered", "account.handed_over"]
    entries = AuditEntry.objects.filter(action__in=acts).order_by("pk")
    assert [(entry.action, entry.user) for entry in entries] == [
        (acts[0], creator.user),
        (acts[1], heir.user),
    ]


def test_neither_confirms_without_the_password(sign_in, account, creator, heir):
    wrong = {"password": "wrong", "heir": heir.pk}
    assert sign_in(creator).post(OFFER, wrong).status_code == 422
    assert not account.handovers.exists()

    sign_in(creator).post(OFFER, RIGHT | {"heir": heir.pk})
    response = sign_in(heir).post(ACCEPT, wrong)

    assert "密码不正确" in response.content.decode()
    assert role_of(heir) == Role.OPERATOR


def test_an_offer_lapses_after_three_days(creator, heir, offered):
    offer = creator.account.handovers.get()

    late = timezone.now() + timedelta(days=3, seconds=1)
    with time_machine.travel(late), pytest.raises(services.AccountRefused, match="已过期"):
        handovers.accept(offer, by=Actor.of(heir), now=timezone.now())

    assert role_of(heir) == Role.OPERATOR


@pytest.mark.parametrize("who", ["creator", "heir"])
def test_either_calls_it_off(request, sign_in, account, heir, offered, who):
    sign_in(request.getfixturevalue(who)).post(END)

    page = sign_in(heir).post(ACCEPT, RIGHT).content.decode()
    assert "没有等待您接受的移交" in page
    assert role_of(heir) == Role.OPERATOR
    assert AuditEntry.objects.filter(action="handover.ended").count() == 1


def test_nobody_else_accepts_or_ends_it(sign_in, account, newcomer, heir, offered):
    offer, by = account.handovers.get(), Actor.of(newcomer)
    client = sign_in(newcomer)

    assert "没有等待您接受的移交" in client.get(ACCEPT).content.decode()
    client.post(ACCEPT, RIGHT)
    client.post(END)
    with pytest.raises(services.AccountRefused):
        handovers.accept(offer, by=by, now=timezone.now())
    with pytest.raises(services.AccountRefused):
        handovers.end(offer, by=by, now=timezone.now())

    assert account.handovers.get().ended_at is None
    assert role_of(newcomer) == Role.OPERATOR


def test_only_the_creator_offers(sign_in, account, heir):
    system = make.system(account)

    page = sign_in(system).post(OFFER, RIGHT | {"heir": heir.pk}, follow=True)

    assert "只有创建者可以移交" in page.content.decode()
    with pytest.raises(services.AccountRefused):
        handovers.offer(account, to=heir, by=Actor.of(system), now=timezone.now())
    assert not account.handovers.exists()


def test_a_second_offer_replaces_the_first(sign_in, account, creator, heir, newcomer, offered):
    sign_in(creator).post(OFFER, RIGHT | {"heir": newcomer.pk})

    assert "没有等待您接受的移交" in sign_in(heir).get(ACCEPT).content.decode()
    assert "马经理" in sign_in(newcomer).get(ACCEPT).content.decode()


def test_a_deactivated_heir_does_not_inherit(sign_in, account, creator, heir, offered):
    offer = account.handovers.get()
    services.deactivate(heir, by=Actor.of(creator), now=timezone.now())

    with pytest.raises(services.AccountRefused):
        handovers.accept(offer, by=Actor.of(heir), now=timezone.now())
    assert role_of(creator) == Role.CREATOR


def test_without_a_free_seat_the_creator_is_told_at_once(sign_in, account, creator, heir):
    for _ in range(20):
        make.system(account)

    response = sign_in(creator).post(OFFER, RIGHT | {"heir": heir.pk})

    assert response.status_code == 422
    assert "最多支持添加 20 个" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_is_being_accepted_is_not_called_off(monkeypatch):
    """Or the creator would be told so, and be none any more."""
    account = make.account()
    creator, heir = make.creator_of(account), make.operator(account)
    offer = handovers.offer(account, to=heir, by=Actor.of(creator), now=timezone.now())
    hand_over, by = services.hand_over, Actor.of(creator)

    def call_off() -> bool:
        try:
            return handovers.end(offer, by=by, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        ends = []

        def slowly(*args, **more):
            ends.append(other.submit(call_off))
            wait(ends, timeout=0.5)
            hand_over(*args, **more)

        monkeypatch.setattr(services, "hand_over", slowly)
        handovers.accept(offer, by=Actor.of(heir), now=timezone.now())

    assert ends[0].result() is False
    assert role_of(heir) == Role.CREATOR


@pytest.mark.django_db(transaction=True)
def test_accepting_and_calling_off_at_once_leaves_one_creator():
    account = make.account()
    creator, heir = make.creator_of(account), make.operator(account)
    offer = handovers.offer(account, to=heir, by=Actor.of(creator), now=timezone.now())

    def accept():
        handovers.accept(offer, by=Actor.of(heir), now=timezone.now())

    def call_off():
        handovers.end(offer, by=Actor.of(creator), now=timezone.now())

    def one(way):
        try:
            way()
        except services.AccountRefused:
            return False
        return True

    together(one, [accept, call_off, accept])

    roles = list(account.administrators.values_list("role", flat=True))
    assert roles.count(Role.CREATOR) == 1
