from pathlib import Path

from django.utils import timezone

from communities.exports import write_structure
from communities.management.community import add_community, community_of
from haina.accounts import audit
from haina.lib.commands import AnsweringCommand, whole_file
from haina.lib.rows import one_moment


class Command(AnsweringCommand):
    help = "Write the structure of a community (导出楼层结构) to a workbook."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        add_community(parser)
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")

    def answer(self, *, community, out, **options):
        with whole_file(out) as path, one_moment():
            found = community_of(community)
            rows = write_structure(path, found)
        by = audit.Actor.command(found.account)
        audit.record("structure.exported", [found], by=by, at=timezone.now())
        return {"id": found.pk, "rows": rows, "file": str(out)}

    def told(self, answer):
        return f"Wrote {answer['rows']} rows to {answer['file']}."
