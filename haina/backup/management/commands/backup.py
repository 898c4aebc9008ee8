from pathlib import Path

from django.utils import timezone

from haina.backup.dump import back_up
from haina.backup.management.key import add_key, chosen_key
from haina.lib.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Copy the database as it is at one moment, and the files, into a new folder below DIR."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("where", type=Path, metavar="DIR")
        add_key(parser)

    def answer(self, *, where, key_file, **options):
        folder, manifest = back_up(where, chosen_key(key_file), now=timezone.now())
        return {
            "folder": str(folder),
            "made_at": manifest.made_at,
            "tables": len(manifest.tables),
            "rows": manifest.rows,
            "files": len(manifest.parts) - 1,
            "vanished": manifest.vanished,
            "bytes": manifest.size,
            "sealed_under": manifest.sealed_under,
            "encryption_keys": manifest.encryption_keys,
        }

    def told(self, answer):
        sealed = answer["sealed_under"]
        lines = [
            answer["folder"],
            f"{answer['rows']} rows of {answer['tables']} tables and {answer['files']} files, "
            f"{answer['bytes']} bytes.",
            f"Encrypted under the key {sealed}." if sealed else "It is NOT encrypted.",
        ]
        if answer["vanished"]:
            lines.append(f"{answer['vanished']} files were over before they were copied.")
        return "\n".join(lines)
