import pytest
from django.urls import reverse

from haina.accounts.permissions import Level, Section
from tests import make


@pytest.fixture
def url(account):
    def of(name: str = "list", *args) -> str:
        return reverse(f"staff:{name}", args=[account.slug, *args])

    return of


@pytest.fixture
def clerk(account):
    """小林: manages the staff of the whole account."""
    return make.operator(account, "小林", sections={Section.STAFF: Level.MANAGE})


@pytest.fixture
def limited(account, community):
    """小江: manages the staff of 腾讯小区."""
    sections = {Section.STAFF: Level.MANAGE}
    return make.operator(account, "小江", sections=sections, communities=(community,))
