"""The --as of the commands about residents."""

from communities.models import Community
from haina.accounts.audit import Actor
from haina.accounts.backends import who_is
from haina.accounts.models import Administrator
from haina.accounts.permissions import Right, Rights
from haina.accounts.scope import Scope
from haina.lib.commands import Refused


def add_asker(parser) -> None:
    parser.add_argument(
        "--as",
        dest="asker",
        metavar="USERNAME",
        help="act with the rights of this administrator, and under their name in the trail",
    )


def asker_of(
    username: str | None, community: Community, need: Right, **details
) -> tuple[Rights, Actor]:
    """What may be done and who does it: the administrator that --as names, who must reach the
    community with the right, or whoever runs the installation. Raises Refused with the details
    that the command's JSON always holds."""
    if username is None:
        return Rights(everything=True), Actor.command(community.account)
    places = Administrator.objects.active().select_related("account", "user")
    place = places.filter(account=community.account_id, user=who_is(username)).first()
    reached = place and Community.objects.within(Scope.of(place)).filter(pk=community.pk).exists()
    rights = Rights.of(place) if reached else Rights()
    if not rights.cover(need):
        message = f"{username} may not {need.level.name.lower()} the residents of {community.pk}"
        raise Refused(message, **{"state": "refused"} | details | {"code": "not_allowed"})
    return rights, Actor.of(place)
