"""What the services of communities promise beyond what the screens show."""

import pytest
from django.utils import timezone

from communities import services
from communities.models import Community
from communities.refusals import CommunityGone
from haina.accounts.audit import Actor
from tests import make


@pytest.fixture
def told(account):
    return {"by": Actor.command(account), "now": timezone.now()}


def correct(community, told, **changes):
    written = {"name": community.name, "address": "", "phone": "", **changes}
    levels = [services.Level(name, was) for was, name in enumerate(community.levels)]
    services.correct(community, levels=levels, **written, **told)


def test_a_switch_turned_meanwhile_stays(community, told):
    Community.objects.filter(pk=community.pk).update(owners_review=True)

    correct(community, told, address="科技园路1号")

    community.refresh_from_db()
    assert (community.address, community.owners_review) == ("科技园路1号", True)


def test_who_is_locked_out_keeps_their_only_community(account, community, told):
    place = make.operator(account, communities=(community,))
    type(place.user).objects.filter(pk=place.user_id).update(is_active=False)

    with pytest.raises(services.LastCommunity):
        services.close(community, **told)

    assert Community.objects.filter(pk=community.pk).exists()


def test_the_creator_is_in_nobodys_way(account, creator, community, told):
    creator.communities.set([community])

    services.close(community, **told)

    assert not account.communities.exists()


@pytest.mark.parametrize("act", [services.close, correct])
def test_a_community_that_is_gone_is_told(community, told, act):
    stale = Community.objects.get(pk=community.pk)
    services.close(community, **told)

    with pytest.raises(CommunityGone):
        act(stale, told) if act is correct else act(stale, **told)
