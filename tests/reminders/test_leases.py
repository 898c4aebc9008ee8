"""Reviewers hear of leases that end soon, where the community's rules say so: once a stage."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from followers import sending
from haina.accounts.permissions import Level
from reminders.models import Reminder
from residents.models import Resident
from residents.verification import expiry
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(community):
    """王五, whose lease ends in 20 days."""
    make.rules(community, tells_of_leases=True)
    ends_on = timezone.localdate() + timedelta(days=20)
    told = {"name": "王五", "identity": Resident.Identity.TERM_TENANT, "lease_ends_on": ends_on}
    return make.resident(community, "A 1 102", **told)


def night_passes(account, days: float = 0) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
        expiry.work(account, now=timezone.now())
        expiry.work(account, now=timezone.now())
        sending.work(account.pk)


def test_each_stage_is_told_once(bound, account, tenant, told, sandbox, phone_of_wechat):
    make.sms(account)
    night_passes(account)
    night_passes(account, 1)
    assert told() == (1, 0)
    (message,) = sandbox.inbox(phone_of_wechat.openid)
    assert message["values"]["number2"] == "1"
    assert "王五" not in str(message)

    night_passes(account, 14)

    assert told() == (2, 0)


def test_without_the_rule_nobody_is_told(bound, account, community, tenant, told):
    make.rules(community, tells_of_leases=False)

    night_passes(account)

    assert told() == (0, 0)


def test_no_sms_tells_of_leases(reviewer, account, tenant, told):
    make.sms(account)

    night_passes(account)

    assert told() == (0, 0)
    assert not Reminder.objects.exists()


def test_what_is_merged_into_a_newer_one_is_told_by_it(
    bound, account, community, tenant, told, sandbox, phone_of_wechat
):
    """WeChat was busy with the first."""
    sandbox.fault("cgi-bin/message/template/send", errcode=-1, times=1)
    night_passes(account)
    ends_on = timezone.localdate() + timedelta(days=21)
    facts = {"identity": Resident.Identity.TERM_TENANT, "lease_ends_on": ends_on}
    make.resident(community, "A 1 103", name="赵六", **facts)

    night_passes(account, 0.001)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        sending.work(account.pk)

    assert told() == (1, 0)
    (message,) = sandbox.inbox(phone_of_wechat.openid)
    assert message["values"]["number2"] == "2"


def test_a_lease_that_was_prolonged_is_not_told(bound, account, tenant, told):
    expiry.work(account, now=timezone.now())
    Resident.objects.update(lease_ends_on=tenant.lease_ends_on + timedelta(days=365))

    sending.work(account.pk)

    assert told() == (0, 0)


def test_the_end_of_a_lease_has_the_right_of_the_identity(bound, account, tenant, told):
    bound.grants.filter(field="identity").update(level=Level.NONE)

    night_passes(account)

    assert told() == (0, 0)


def test_the_rule_is_on_the_page(creator, sign_in, community):
    html = sign_in(creator).get(f"/fengniao/residents/applications/rules/{community.pk}/")

    assert "租约将到期时也提醒审核人员" in html.content.decode()
