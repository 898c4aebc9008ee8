"""The --community of the commands about residents."""

from communities.models import Community
from haina.lib.commands import Refused


def add_community(parser) -> None:
    parser.add_argument("--community", required=True, type=int, metavar="ID")


def community_of(pk: int) -> Community:
    community = Community.objects.filter(pk=pk).select_related("account").first()
    if community is None:
        raise Refused(f"there is no community {pk}", state="refused", code="no_community")
    return community
