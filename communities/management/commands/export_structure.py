import tempfile
from pathlib import Path

from django.utils import timezone

from communities.exports import write_structure
from communities.models import Community
from haina.accounts import audit
from haina.lib.commands import AnsweringCommand, Refused


class Command(AnsweringCommand):
    help = "Write the structure of a community (导出楼层结构) to a workbook."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--community", required=True, type=int, metavar="ID")
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")

    def answer(self, *, community, out, **options):
        found = Community.objects.filter(pk=community).select_related("account").first()
        if found is None:
            raise Refused(f"there is no community {community}")
        try:
            rows = write_beside(out, found)
        except OSError as error:
            raise Refused(f"cannot write {out}: {error.strerror}") from None
        by = audit.Actor.command(found.account)
        audit.record("structure.exported", [found], by=by, at=timezone.now())
        return {"id": found.pk, "rows": rows, "file": str(out)}

    def told(self, answer):
        return f"Wrote {answer['rows']} rows to {answer['file']}."


def write_beside(out: Path, community: Community) -> int:
    """A file that is there is replaced at the end, so that it is never half written."""
    with tempfile.TemporaryDirectory(prefix=".haina-", dir=out.parent) as folder:
        whole = Path(folder) / "structure.xlsx"
        rows = write_structure(whole, community)
        whole.replace(out)
    return rows
