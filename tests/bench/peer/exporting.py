"""The same rows, out through django-import-export: flat, so that no tree is walked."""

import sys

import django

from tests.bench.measure import tell, watch


def fill(path: str) -> None:
    from import_export.formats.base_formats import XLSX

    from tests.bench.peer.resources import FlatResource
    from tests.bench.peer.tables import make_tables

    make_tables()
    with open(path, "rb") as file:  # noqa: PTH123 - a path of the bench
        rows = XLSX().create_dataset(file.read())
    FlatResource().import_data(rows, use_transactions=True, raise_errors=True)
    tell({"rows": len(rows)})


def export() -> None:
    from import_export.formats.base_formats import XLSX

    from tests.bench.peer.resources import FlatResource

    with watch() as watched:
        content = XLSX().export_data(FlatResource().export())
    assert content
    tell(watched.found())


if __name__ == "__main__":
    django.setup()
    {"fill": fill, "export": export}[sys.argv[1]](*sys.argv[2:])
