"""The same workbook, through django-import-export."""

import sys
from pathlib import Path

import django

from tests.bench.measure import tell, watch


def main(shape: str, path: str) -> None:
    from import_export.formats.base_formats import XLSX

    from tests.bench.peer import resources
    from tests.bench.peer.tables import make_tables

    make_tables()
    resource = {"flat": resources.FlatResource, "tree": resources.TreeResource}[shape]()
    with watch() as watched:
        rows = XLSX().create_dataset(Path(path).read_bytes())
        result = resource.import_data(rows, use_transactions=True)
    assert not result.has_errors(), [*result.base_errors, *result.row_errors()][:1]
    assert resource._meta.model.objects.count() == len(rows)
    tell({name: watched.found()[name] for name in ("seconds", "peak MB")})


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
