"""The --community of management commands."""

from communities.models import Community
from haina.lib.commands import Refused


def add_community(parser) -> None:
    parser.add_argument("--community", required=True, type=int, metavar="ID")


def community_of(pk: int, **details) -> Community:
    """The community, or Refused with the details that the command's JSON always holds."""
    community = Community.objects.filter(pk=pk).select_related("account").first()
    if community is None:
        known = {"state": "refused", **details, "code": "no_community"}
        raise Refused(f"there is no community {pk}", **known)
    return community
