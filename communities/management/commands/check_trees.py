from django.utils import timezone

from communities import whole_tree
from communities.check import Row, violations
from communities.models import BuildingNode, Community
from haina.accounts.audit import Actor
from haina.accounts.models import ServiceAccount
from haina.accounts.scope import Scope
from haina.lib.commands import AnsweringCommand, Refused


class Command(AnsweringCommand):
    help = "Check the tree of every community, or of one; print a line for every violation."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--community", type=int, metavar="ID", help="only this one")
        parser.add_argument("--fix", action="store_true", help="number damaged trees anew")

    def answer(self, *, community, fix, **options):
        chosen = communities(community)
        if community and not chosen:
            raise Refused(f"there is no community {community}")
        fixed = sum(repair(each) for each in chosen) if fix else 0
        problems = [line for each in chosen for line in problems_of(each)]
        answer = {"communities": len(chosen), "fixed": fixed, "problems": problems}
        if problems:
            raise Refused("\n".join(problems), **answer)
        return answer

    def told(self, answer):
        fixed = f" {answer['fixed']} nodes were repaired." if answer["fixed"] else ""
        return f"{answer['communities']} trees are sound.{fixed}"


def communities(pk: int | None) -> list[Community]:
    scopes = [Scope.whole(account) for account in ServiceAccount.objects.order_by("pk")]
    found = [each for scope in scopes for each in Community.objects.within(scope).for_list()]
    return [each for each in found if pk in (None, each.pk)]


def problems_of(community: Community) -> list[str]:
    nodes = BuildingNode.objects.filter(community=community).order_by("lft", "pk")
    rows = [Row(*values) for values in nodes.values_list(*Row._fields)]
    lines = violations(rows, tree_id=community.pk, depth=community.depth)
    return [f"community {community.pk} {community.name}: {line}" for line in lines]


def repair(community: Community) -> int:
    if not problems_of(community):
        return 0
    return whole_tree.rebuild(community, by=Actor.command(community.account), now=timezone.now())
