import pytest
from django.urls import reverse

from tests import make
from tests.residents.canaries import ADDRESS, VALUES


@pytest.fixture
def four(community):
    """张三 李四 王五 刘六, as the guide's workbook has them, in its order."""
    rows = [
        ("张三", "male", "owner", "18913112121", "A 1 101", None),
        ("李四", "female", "family", "13625895630", "A 1 102", None),
        ("王五", "male", "tenant", "13625895631", "B 1 101", None),
        ("刘六", "male", "term_tenant", "18124768126", "B 1 102", "2018-12-31"),
    ]
    return {
        name: make.resident(
            community,
            address,
            name=name,
            gender=gender,
            identity=identity,
            phone=phone,
            lease_ends_on=ends,
        )
        for name, gender, identity, phone, address, ends in rows
    }


@pytest.fixture
def canary(community):
    return make.resident(community, ADDRESS, **VALUES)


@pytest.fixture
def url(account):
    """The address of one of the section's screens."""

    def address_of(name: str, *args, **query) -> str:
        return reverse(f"residents:{name}", args=[account.slug, *args], query=query or None)

    return address_of
