"""Everybody who may knock at a page in WeChat, and the rows that such a page may be asked for."""

from django.test import Client
from django.utils import timezone

from communities.models import Community
from followers.arrivals import ASKED
from followers.models import Follower
from haina.accounts.audit import Actor
from haina.accounts.models import ServiceAccount
from haina.accounts.permissions import Level, Section
from residents.models import Resident
from residents.verification import invitations
from tests import make
from tests.architecture.access_table import (
    ELSEWHERE_VERIFIED,
    PENDING,
    ROOM_OWNER,
    VERIFIED,
    WITH_RIGHT,
    WITHOUT_RIGHT,
)
from tests.wechat.phone import USER_AGENT


class Visitors:
    """One account with two communities, and a visitor of each kind; another account with the same
    rows. `rows` are those of the first, by what the table calls them."""

    def __init__(self):
        self.account = make.account("fengniao")
        make.wechat(self.account)
        self.community = reviewed_by_owners(make.community(self.account))
        self.here = {name: make.follower(self.account) for name in FOLLOWING}
        self.rows = rows_of(self.community, self.here)
        other = make.account("other")
        make.wechat(other)
        foreign = reviewed_by_owners(make.community(other, "别家小区"))
        self.foreign = rows_of(foreign, {name: make.follower(other) for name in FOLLOWING})
        elsewhere = make.community(self.account, "深圳小区")
        verified(elsewhere, self.here[ELSEWHERE_VERIFIED])
        for name, level in ((WITHOUT_RIGHT, Level.VIEW), (WITH_RIGHT, Level.MANAGE)):
            limited = make.operator(
                self.account, sections={Section.RESIDENTS: level}, communities=(self.community,)
            )
            make.colleague(limited, self.here[name])

    def sent_to_wechat(self) -> dict[str, Client]:
        """Whom nobody knows yet in this account."""
        known_elsewhere = make.follower(ServiceAccount.objects.get(slug="other"))
        return {
            "no OAuth": Client(headers={"user-agent": USER_AGENT}),
            "other account's openid": client_of(known_elsewhere),
        }

    def refused(self) -> dict[str, Client]:
        """Who is let in nowhere."""
        gone = make.follower(self.account, subscribed=False)
        for _ in range(ASKED.tries):  # so that WeChat is not asked about them
            ASKED.take(f"{self.account.pk}:{gone.openid}", now=timezone.now())
        blocked = make.follower(self.account, blocked=True)
        verified(self.community, blocked, "Z 1 101")
        return {"not following": client_of(gone), "blacklisted": client_of(blocked)}

    def following(self) -> dict[str, Client]:
        return {name: client_of(follower) for name, follower in self.here.items()}


FOLLOWING = (
    "unbound",
    PENDING,
    ELSEWHERE_VERIFIED,
    VERIFIED,
    ROOM_OWNER,
    WITHOUT_RIGHT,
    WITH_RIGHT,
)


def reviewed_by_owners(community: Community) -> Community:
    community.owners_review = True
    community.save()
    return community


def rows_of(community: Community, here: dict[str, Follower]) -> dict[str, int | str]:
    """PENDING has an application and a draft, ROOM_OWNER an own room with an invitation and an
    application for it."""
    home = verified(community, here[VERIFIED], "B 1 101")
    owned = verified(community, here[ROOM_OWNER], "A 1 101")
    by, now = Actor.command(community.account), timezone.now()
    token = invitations.invite(owned, Resident.Identity.FAMILY, by=by, now=now)
    family = make.follower(community.account)
    asked = make.application(community, family, "A 1 101", identity="family", name="张小三")
    return {
        "community": community.pk,
        "room": make.node(community, "C 1 101").pk,
        "application": make.application(community, here[PENDING], "C 1 102").pk,
        "draft": make.draft(community, here[PENDING], "C 1 103").pk,
        "home": home.pk,
        "owned": owned.pk,
        "invitation": owned.invitations.get().pk,
        "token": token,
        "scan": make.scan(community.account.slug),
        "application for owned": asked.pk,
    }


def verified(community: Community, follower: Follower, address: str = "A 1 101") -> Resident:
    return make.verified(make.resident(community, address), follower)


def client_of(follower: Follower) -> Client:
    """The browser of a follower that WeChat has named to us."""
    client = Client(headers={"user-agent": USER_AGENT}, raise_request_exception=False)
    session = client.session
    session["wechat"] = {str(follower.account_id): follower.openid}
    session.save()
    return client
