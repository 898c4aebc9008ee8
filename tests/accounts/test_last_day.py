"""Somebody who helps for a while is out after their last day, everywhere and without anybody's
doing."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.models import Administrator
from haina.accounts.permissions import Level, Section
from haina.accounts.services import AccountRefused, places_of, set_terms
from haina.accounts.terms import Terms
from haina.jobs import queue
from haina.jobs.models import Job
from tests import make
from tests.jobs import kinds  # noqa: F401 - registers tests.count
from tests.residents.mobile.conftest import Visitor

LAST = date(2026, 12, 31)
BEFORE, AFTER = "2026-12-31 23:59:00+08:00", "2027-01-01 00:00:01+08:00"


@pytest.fixture
def helper(account, community):
    sections = {Section.RESIDENTS: Level.MANAGE, Section.ADMINISTRATORS: Level.MANAGE}
    place = make.operator(account, "小临", sections=sections, communities=(community,))
    Administrator.objects.filter(pk=place.pk).update(ends_on=LAST)
    place.refresh_from_db()
    return place


def at(moment: str, asked):
    with time_machine.travel(moment, tick=False):
        return asked()


def test_the_console_closes(sign_in, helper):
    def page():
        return sign_in(helper).get("/fengniao/residents/").status_code

    assert (at(BEFORE, page), at(AFTER, page)) == (200, 404)


def test_an_open_session_ends(sign_in, helper):
    with time_machine.travel(BEFORE, tick=False) as clock:
        client = sign_in(helper)
        assert client.get("/fengniao/jobs/").status_code == 200
        clock.move_to(AFTER)
        assert client.get("/fengniao/jobs/").status_code == 404


def test_the_review_on_the_phone_closes(account, helper):
    make.wechat(account)
    follower = make.follower(account)
    make.colleague(helper, follower)

    def page():
        return Visitor(account, follower.openid).get("review/").status_code

    assert (at(BEFORE, page), at(AFTER, page)) == (200, 404)


@pytest.mark.parametrize(("moment", "state"), [(BEFORE, "done"), (AFTER, "failed")])
def test_waiting_jobs_are_not_done(helper, moment, state):
    job = make.job(helper, "tests.count")

    at(moment, lambda: queue.run(job.pk))

    assert Job.objects.get().state == state


def test_the_account_is_not_among_theirs(helper):
    def places():
        return places_of(helper.user).count()

    assert (at(BEFORE, places), at(AFTER, places)) == (1, 0)


def test_they_appoint_nobody(account, helper, community):
    newcomer = make.operator(account, fields={}, communities=(community,))
    Administrator.objects.filter(pk=newcomer.pk).update(ends_on=LAST)
    newcomer.grants.all().delete()
    terms = Terms("operator", communities=frozenset([community.pk]), ends_on=LAST)

    def appoint():
        set_terms(newcomer, terms, by=Actor.of(helper), now=timezone.now())

    at(BEFORE, appoint)
    with pytest.raises(AccountRefused):
        at(AFTER, appoint)


def test_the_list_says_so(sign_in, creator, helper):
    def page():
        return "已到期" in sign_in(creator).get("/fengniao/administrators/").content.decode()

    assert (at(BEFORE, page), at(AFTER, page)) == (False, True)
