"""Connecting, checking and disconnecting a corp, against the sandbox."""

import pytest
from django.db import connection
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.wechat import signals
from haina.wechat.corp import errors, services
from haina.wechat.corp.account import corp_account
from haina.wechat.corp.suite import Authorisation
from haina.wechat.models import Corp
from haina.wechat.shared import shared
from tests import make
from tests.together import together
from tests.wechat.corp.conftest import AGENT, APP_SECRET, CONTACTS_SECRET, CORP_ID, connected

ENTERED = {
    "corp_id": CORP_ID,
    "contacts_secret": CONTACTS_SECRET,
    "app_secret": APP_SECRET,
    "agent_id": AGENT,
    "user_limit": None,
}
OTHER_APP = "sandbox-app-secret-000000000000000000000002"


@pytest.fixture
def heard():
    """What the parts above are told."""
    told = []

    def connect(corp, now, **more):
        told.append(("connected", corp.corp_id))

    def disconnect(account, corp_id, now, **more):
        told.append(("disconnected", account.slug, corp_id))

    signals.corp_connected.connect(connect)
    signals.corp_disconnected.connect(disconnect)
    yield told
    signals.corp_connected.disconnect(connect)
    signals.corp_disconnected.disconnect(disconnect)


def entered(account, **changed) -> Corp:
    by = Actor.command(account)
    return services.enter(account, ENTERED | changed, by=by, now=timezone.now())


def checked(corp: Corp) -> int | None:
    refusal = services.check(corp, by=Actor.command(corp.account), now=timezone.now())
    corp.refresh_from_db()
    return refusal and refusal.code


def test_what_was_entered_is_connected_by_the_first_good_check(sandbox, account, heard):
    corp = entered(account)
    assert not Corp.objects.exists()

    assert checked(corp) is None
    assert checked(corp) is None

    assert Corp.objects.get() == corp
    assert corp.name == sandbox.see("wecom/departments")["departments"][0]["name"]
    assert heard == [("connected", CORP_ID)]
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-2:] == ["corp.changed", "corp.connected"]


@pytest.mark.parametrize(
    ("wrong", "code", "part"),
    [
        ({"corp_id": "ww9999999999999999"}, 40013, "CorpID"),
        ({"app_secret": "wrong-secret-000000000000"}, 40001, "自建应用的Secret不正确"),
        ({"contacts_secret": "wrong-secret-000000000000"}, 40001, "通讯录同步的Secret不正确"),
        ({"agent_id": 1}, 40056, "AgentId"),
        ({"contacts_secret": APP_SECRET, "app_secret": CONTACTS_SECRET}, errors.SWAPPED, "填反"),
        ({"contacts_secret": APP_SECRET}, errors.NOT_CONTACTS, "不是通讯录同步的"),
        ({"app_secret": CONTACTS_SECRET}, errors.NOT_APP, "不是自建应用的"),
    ],
)
def test_each_mistake_is_named_and_connects_nobody(sandbox, account, heard, wrong, code, part):
    corp = entered(account, **wrong)

    assert checked(corp) == code
    assert part in errors.sentence(corp.fault, corp.fault_detail)
    assert not Corp.objects.exists()
    assert heard == []


@pytest.mark.parametrize(("agent", "name"), [("sync", "通讯录同步"), (AGENT, "自建应用")])
def test_the_address_to_trust_is_named_with_where(sandbox, account, agent, name):
    sandbox.do("wecom/app", agentid=agent, trusted_ips=["203.0.113.7"])
    corp = entered(account)

    assert checked(corp) == 60020
    told = errors.sentence(corp.fault, corp.fault_detail)
    assert "127.0.0.1" in told
    assert name in told

    sandbox.do("wecom/app", agentid=agent, trusted_ips=["127.0.0.1"])
    assert checked(corp) is None


def test_an_app_that_was_switched_off_is_named(sandbox, account):
    sandbox.do("wecom/app", agentid=AGENT, enabled=False)

    assert checked(entered(account)) == 50003


def test_a_narrow_scope_warns_and_connects(sandbox, account, heard):
    sandbox.do("wecom/app", agentid=AGENT, parties=[2])
    corp = entered(account)

    assert checked(corp) == errors.NARROW_SCOPE
    assert Corp.objects.exists()
    assert "最顶级部门" in errors.sentence(corp.fault)


def test_no_answer_connects_nobody(sandbox, account):
    sandbox.fault("wecom/cgi-bin/agent/get", drop=True)

    assert checked(entered(account)) == -9
    assert not Corp.objects.exists()


def test_a_corp_has_one_account(sandbox, account, heard):
    connected(account)
    other = entered(make.account("other"))

    assert checked(other) == errors.TAKEN
    assert "不可重复授权" in errors.sentence(other.fault)
    assert Corp.objects.get().account == account
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_of_two_accounts_at_the_same_moment_one_has_it(sandbox):
    corps = [entered(make.account(slug)) for slug in ("a", "b")]

    def check(corp):
        refusal = services.check(corp, by=Actor.command(corp.account), now=timezone.now())
        return refusal and refusal.code

    told = together(check, corps)

    assert sorted(told, key=bool) == [None, errors.TAKEN]
    assert Corp.objects.count() == 1


def test_what_was_merely_entered_keeps_nobody_from_anything(sandbox, account):
    entered(make.account("squatter"))

    assert checked(entered(account)) is None


def test_a_connected_corp_is_not_changed_into_another(sandbox, account):
    connected(account)

    with pytest.raises(services.AnotherCorp):
        entered(account, corp_id="ww0000000000000002")


def test_a_changed_secret_is_to_be_checked_again(sandbox, corp):
    checked(corp)
    assert corp.checked_at

    entered(corp.account, app_secret=OTHER_APP)

    corp.refresh_from_db()
    assert corp.checked_at is None
    assert checked(corp) == 40001
    assert Corp.objects.exists()  # it stays connected: the mirror stops, and nothing is lost


def test_disconnecting_forgets_tokens_and_tells(
    sandbox, corp, heard, django_capture_on_commit_callbacks
):
    there = corp_account(corp)
    there.departments()
    key = there.writer._key
    assert shared().get(key)

    with django_capture_on_commit_callbacks(execute=True):
        by = Actor.command(corp.account)
        services.disconnect(corp, by=by, now=timezone.now(), reason="换企业")

    assert heard == [("disconnected", "fengniao", CORP_ID)]
    assert not Corp.entered.exists()
    assert not shared().get(key)
    assert not shared().get(there.reader._key)
    entry = AuditEntry.objects.get(action="corp.disconnected")
    assert (entry.reason, entry.account) == ("换企业", corp.account)


def test_it_is_disconnected_once(corp):
    by = Actor.command(corp.account)
    services.disconnect(corp, by=by, now=timezone.now())

    with pytest.raises(services.CorpGone):
        services.disconnect(corp, by=by, now=timezone.now())


def grant(**fields) -> Authorisation:
    known = {"corp_id": CORP_ID, "name": "企业", "agent_id": 7, "user_limit": 300, "level": 3}
    return Authorisation(**known | {"scope": frozenset({1}), "permanent_code": "code"} | fields)


def test_a_suite_connects_and_renews(account, heard):
    by, now = Actor.command(account), timezone.now()

    services.connect_suite(account, grant(), by=by, now=now)
    services.connect_suite(account, grant(permanent_code="newer"), by=by, now=now)

    corp = Corp.objects.get()
    assert (corp.permanent_code, corp.user_limit, corp.fault) == ("newer", 300, None)
    assert heard == [("connected", CORP_ID)]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [({"level": 1}, errors.READ_ONLY), ({"scope": frozenset({2})}, errors.NARROW_SCOPE)],
)
def test_what_a_suite_lacks_is_told(account, changed, fault):
    by, now = Actor.command(account), timezone.now()

    assert services.connect_suite(account, grant(**changed), by=by, now=now).fault == fault


def test_another_account_gets_no_corp_and_breaks_none(account):
    """Whoever installs anew ends the former code: the one that holds goes to whose corp it is."""
    other, now = make.account("other"), timezone.now()
    services.connect_suite(account, grant(), by=Actor.command(account), now=now)

    with pytest.raises(services.CorpTaken):
        services.connect_suite(
            other, grant(permanent_code="newer"), by=Actor.command(other), now=now
        )

    corp = Corp.objects.get()
    assert (corp.account, corp.permanent_code) == (account, "newer")


@pytest.mark.django_db(transaction=True)
def test_of_two_accounts_that_install_at_the_same_moment_one_has_it():
    accounts = [make.account(slug) for slug in ("a", "b")]

    def connect(account):
        by = Actor.command(account)
        try:
            services.connect_suite(account, grant(), by=by, now=timezone.now())
        except services.CorpTaken:
            return "taken"
        return "connected"

    told = together(connect, accounts)

    assert sorted(told) == ["connected", "taken"]
    assert Corp.objects.count() == 1


def test_secrets_are_sealed_in_the_database(account):
    entered(account)

    with connection.cursor() as cursor:
        cursor.execute("SELECT contacts_secret, app_secret, token, aes_key FROM wechat_corp")
        (row,) = cursor.fetchall()
    assert all(bytes(value) for value in row)
    assert CONTACTS_SECRET.encode() not in bytes(row[0])
    assert APP_SECRET.encode() not in bytes(row[1])
