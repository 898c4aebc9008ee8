from pathlib import Path

from django.utils import timezone

from communities.models import BuildingNode
from haina.accounts import audit
from haina.accounts.permissions import Rights
from haina.lib.commands import AnsweringCommand, whole_file
from residents.exports import one_moment, write_residents
from residents.management.community import add_community, community_of


class Command(AnsweringCommand):
    help = "Write all residents of a community (导出住户信息) to a workbook."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        add_community(parser)
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")

    def answer(self, *, community, out, **options):
        found = community_of(community)
        with whole_file(out) as path, one_moment():
            roots = BuildingNode.objects.select_related("community")
            root = roots.root_of(found)
            rows = write_residents(path, root, rights=Rights(everything=True))
        by = audit.Actor.command(found.account)
        audit.record("resident.exported", [root], by=by, at=timezone.now())
        return {"id": found.pk, "rows": rows, "file": str(out)}

    def told(self, answer):
        return f"Wrote {answer['rows']} residents to {answer['file']}."
