from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make


def fill(community, administrator) -> None:
    """Of each number at least one, and beside it what must not be counted: A has two of three
    verified, B none of two."""
    now = timezone.now()
    today = timezone.localdate(now)
    for number, address in enumerate(["A 1 101", "A 1 102", "A 2 101", "B 1 101", "B 1 102"]):
        resident = make.resident(community, address)
        if number < 2:
            make.verified(resident, make.follower(community.account))
    for days in (0, 30, 31, -1):
        ends = today + timedelta(days=days)
        make.resident(community, "C 1 101", identity="term_tenant", lease_ends_on=ends)
    for _ in range(2):
        make.application(community, make.follower(community.account), "A 1 101")
    for state, ended in (("failed", now), ("failed", now - timedelta(days=8)), ("done", now)):
        job = make.job(administrator, state=state, ended_at=ended)
        for imported in (
            make.imported(community, job=job),
            make.staff_imported(community.account, job=job),
        ):
            type(imported).objects.filter(pk=imported.pk).update(created_at=ended)
    running = make.job(administrator, state="running")
    make.imported(community, job=running)
    make.staff_imported(community.account, job=running)
    for state, sent in (("failed", now), ("failed", now - timedelta(days=8)), ("sent", now)):
        make.reminder(administrator, state=state, created_at=sent)


@pytest.fixture
def second(account):
    return make.community(account, "深圳小区")


@pytest.fixture
def world(creator, community, second, stranger):
    """Two communities of the account, and the same in an account of somebody else."""
    fill(community, creator)
    fill(second, creator)
    fill(stranger.account.communities.get(), stranger)
