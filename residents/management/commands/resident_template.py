from pathlib import Path

from communities.management.community import add_community, community_of
from haina.lib.commands import AnsweringCommand, whole_file
from residents.imports.template import write_template


class Command(AnsweringCommand):
    help = "Write the workbook that residents of a community are filled into."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        add_community(parser)
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")

    def answer(self, *, community, out, **options):
        found = community_of(community)
        with whole_file(out) as path:
            write_template(path, found)
        return {"id": found.pk, "file": str(out)}

    def told(self, answer):
        return f"Wrote {answer['file']}."
