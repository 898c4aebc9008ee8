from pathlib import Path

from communities.management.commands.check_trees import Command as CheckTrees
from haina.backup.management.key import add_key, chosen_key
from haina.backup.restore import pending_migrations, restore
from haina.lib.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Put a back-up into an empty database, and look whether all of it arrived."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder haina-...")
        add_key(parser)

    def answer(self, *, folder, key_file, **options):
        manifest = restore(folder, chosen_key(key_file))
        pending = pending_migrations()
        return {
            "made_at": manifest.made_at,
            "tables": len(manifest.tables),
            "rows": manifest.rows,
            "files": len(manifest.parts) - 1,
            "trees": None if pending else sound_trees(),
            "pending_migrations": pending,
        }

    def told(self, answer):
        lines = [
            f"{answer['rows']} rows of {answer['tables']} tables and {answer['files']} files are "
            f"as they were at {answer['made_at']}.",
            "Everybody has to sign in anew.",
            "If the application connects as a role of its own, run grant_role for it.",
            "Whoever was erased since is back: erase again whom the trail of the former database "
            f"names as resident.erased after {answer['made_at']}.",
        ]
        if answer["pending_migrations"]:
            lines.append("Now run migrate and check_trees: the back-up is of an older release.")
        return "\n".join(lines)


def sound_trees() -> int:
    """How many there are. Raises Refused, with the violations, unless all are sound."""
    return CheckTrees().answer(community=None, fix=False)["communities"]
