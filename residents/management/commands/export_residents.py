from pathlib import Path

from django.utils import timezone

from communities.management.community import add_community, community_of
from communities.models import BuildingNode
from haina.accounts import audit
from haina.accounts.permissions import Section
from haina.lib.commands import AnsweringCommand, whole_file
from haina.lib.rows import one_moment
from residents.exports import write_residents
from residents.management.asker import add_asker, asker_of


class Command(AnsweringCommand):
    help = "Write all residents of a community (导出住户信息) to a workbook."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        add_community(parser)
        add_asker(parser)
        parser.add_argument("--reason", default="", help="why, for the trail")
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")

    def answer(self, *, community, asker, reason, out, **options):
        with whole_file(out) as path, one_moment():
            found = community_of(community)
            rights, by = asker_of(asker, found, Section.RESIDENTS.view)
            root = BuildingNode.objects.select_related("community").root_of(found)
            rows = write_residents(path, root, rights=rights)
        now = timezone.now()
        audit.record("resident.exported", [root], by=by, at=now, reason=reason[:200])
        return {"id": found.pk, "rows": rows, "file": str(out)}

    def told(self, answer):
        return f"Wrote {answer['rows']} residents to {answer['file']}."
