import pytest
from django.utils import timezone

from communities.models import BuildingNode, Community
from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.permissions import (
    ANY_ADMINISTRATOR,
    Level,
    ResidentField,
    Right,
    Rights,
    Section,
)
from haina.accounts.scope import Scope
from haina.jobs.models import Job
from residents.models import Resident
from tests import make


@pytest.fixture
def second(account):
    return make.community(account, "深圳小区")


def test_none_assigned_means_all(account, community, second, newcomer):
    assert Scope.of(newcomer) == Scope.whole(account)
    assert set(Community.objects.within(Scope.of(newcomer))) == {community, second}


def test_rows_of_other_communities_are_outside(community, second, operator):
    inside, outside = make.resident(community), make.resident(second)

    scope = Scope.of(operator)

    assert list(Community.objects.within(scope)) == [community]
    assert list(Resident.objects.within(scope)) == [inside]
    assert outside.room not in BuildingNode.objects.within(scope)


def test_rows_of_other_accounts_are_outside(community, creator, stranger):
    make.resident(community)
    make.job(stranger)

    scope = Scope.of(creator)

    assert {row.community.account for row in Resident.objects.within(scope)} == {creator.account}
    assert not Job.objects.within(scope).exists()


def test_a_creator_is_never_cut_down(account, community, second, creator):
    creator.communities.set([community])

    assert Scope.of(creator) == Scope.whole(account)


def test_a_former_heir_sees_everything(account, community, second, operator):
    services.hand_over(account, to=operator, by=Actor.command(account), now=timezone.now())

    assert Scope.of(make.creator_of(account)) == Scope.whole(account)


@pytest.mark.parametrize("section", Section)
@pytest.mark.parametrize("held", Level)
@pytest.mark.parametrize("needed", [Level.VIEW, Level.MANAGE])
def test_a_level_covers_what_is_not_above_it(section, held, needed):
    rights = Rights(sections={section: held})

    assert rights.cover(Right(section, needed)) == (held >= needed)
    assert rights.cover(ANY_ADMINISTRATOR)
    others = [other for other in Section if other != section]
    assert not any(rights.cover(other.view) for other in others)


@pytest.mark.parametrize("name", ResidentField.values)
@pytest.mark.parametrize("held", Level)
def test_fields_are_hidden_or_locked_by_level(name, held):
    rights = Rights(fields=dict.fromkeys(ResidentField.values, Level.MANAGE) | {name: held})

    assert rights.hidden_fields == ({name} if held < Level.VIEW else set())
    assert rights.locked_fields == ({name} if held < Level.MANAGE else set())


def test_without_grants_every_field_is_hidden(newcomer):
    newcomer.grants.all().delete()

    assert Rights.of(newcomer).hidden_fields == set(ResidentField.values)


def test_who_has_everything_has_every_field(creator):
    rights = Rights.of(creator)

    assert rights.cover(Section.ADMINISTRATORS.manage)
    assert rights.hidden_fields == rights.locked_fields == set()
    assert rights.write_every_field
