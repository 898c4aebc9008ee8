from pathlib import Path
from typing import IO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from communities.models import BuildingNode
from haina.accounts.audit import Actor
from haina.accounts.permissions import Level, Section
from tests import make


@pytest.fixture
def builder(account):
    """Manages the communities of the account, and sees no resident."""
    return make.operator(account, "小建", sections={Section.COMMUNITIES: Level.MANAGE})


@pytest.fixture
def viewer(account):
    """Sees communities and changes none."""
    return make.operator(account, "小看", sections={Section.COMMUNITIES: Level.VIEW})


@pytest.fixture
def link(account):
    """The address of one of the section's screens."""

    def address_of(name: str, *args, **query) -> str:
        return reverse(f"communities:{name}", args=[account.slug, *args], query=query or None)

    return address_of


@pytest.fixture
def by(account):
    return Actor.command(account)


@pytest.fixture
def root(community):
    return BuildingNode.objects.get(community=community, parent=None)


def addresses(community) -> list[str]:
    """All below the root, in the order of lft."""
    nodes = BuildingNode.objects.filter(community=community, level__gt=0).order_by("lft")
    return list(nodes.values_list("address", flat=True))


def cells_of(workbook: Path | IO[bytes]) -> list[list]:
    """All rows of the first sheet, the heading's too."""
    return [list(row) for row in load_workbook(workbook).worksheets[0].values]
