"""The yardstick: openpyxl's own read-only pass, with nothing done to the rows."""

import sys

import openpyxl

from tests.bench.measure import tell, watch


def main(path: str) -> None:
    with watch() as watched:
        book = openpyxl.load_workbook(path, read_only=True)
        for _row in book.active.iter_rows(values_only=True):
            pass
    book.close()
    tell({"seconds": watched.seconds})


if __name__ == "__main__":
    main(*sys.argv[1:])
