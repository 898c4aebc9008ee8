from pathlib import Path

from django.utils import timezone

from haina.accounts.audit import Actor
from haina.lib.commands import AnsweringCommand, Refused
from residents.imports.run import APPLIED, REFUSED, Report, import_file
from residents.management.community import add_community, community_of


class Command(AnsweringCommand):
    help = "Import a workbook of residents into a community: all of it, or nothing."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        add_community(parser)
        parser.add_argument("file", type=Path, metavar="FILE")

    def answer(self, *, community, file, **options):
        nothing = Report(REFUSED, "no_file").as_json()
        found = community_of(community, **nothing)
        if not file.is_file():
            raise Refused(f"there is no file {file}", **nothing)
        by = Actor.command(found.account)
        report = import_file(file, found, by=by, now=timezone.now())
        if report.state != APPLIED:
            places = [f"{p.sheet} {p.column}{p.row} {p.message}" for p in report.problems]
            raise Refused("\n".join([report.message, *places]), **report.as_json())
        return report.as_json()

    def told(self, answer):
        return (
            f"Created {answer['created']}, updated {answer['updated']},"
            f" unchanged {answer['unchanged']}; new nodes: {answer['nodes_created']}."
        )
