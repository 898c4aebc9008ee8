"""Processes that change one tree at once: sound with the lock, broken without it."""

import pytest
from django.utils import timezone

from communities import whole_tree
from communities.management.commands.check_trees import problems_of
from haina.accounts.audit import Actor
from tests import make
from tests.communities.builders import build
from tests.processes import in_processes

PROCESSES = 3
MOST_ROUNDS = 10


@pytest.fixture
def built(transactional_db):
    """A community with something to change in it."""
    community = make.community(make.account("fengniao"))
    for address in ("1 1 101", "2 1 101", "3 2 201"):
        make.node(community, address)
    return community


def seeds(community, number: int = 0) -> list[tuple[int, int]]:
    return [(community.pk, number * PROCESSES + seed) for seed in range(PROCESSES)]


def test_processes_at_once_leave_the_tree_sound(built):
    faults = in_processes(build, seeds(built))

    assert faults == [[]] * PROCESSES
    assert problems_of(built) == []


def test_without_the_lock_the_tree_breaks_and_can_be_rebuilt(built):
    for number in range(MOST_ROUNDS):
        in_processes(build, seeds(built, number), guards_off=frozenset({"locks"}))
        if problems_of(built):
            break
    else:
        pytest.fail("nothing broke without the lock: the other test proves nothing")

    whole_tree.rebuild(built, by=Actor.command(built.account), now=timezone.now())

    assert problems_of(built) == []
