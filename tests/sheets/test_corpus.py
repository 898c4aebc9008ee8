"""Files that nobody on this project wrote."""

import os
import resource
from pathlib import Path

import pytest

from haina.sheets.reader import Refused, read
from tests.sheets.corpus import CORPUS, MANIFEST, entries

WORKBOOK_UNDER_ANOTHER_NAME = {"F_importRoom_named.xls", "F_xlsx_named.csv"}

pytestmark = pytest.mark.skipif(
    not MANIFEST.exists(), reason="HAINA_CORPUS does not name a folder with a MANIFEST.tsv"
)


def verdict(path, **how):
    """The refusal's code, or that it opens."""
    try:
        for row in read(path, **how):
            assert row.number > 0
            assert row.cells[-1] is not None
    except Refused as refusal:
        return refusal.code
    return "opens"


def allowed(name, expected):
    """Content decides what a file is, and csv has no place at this door."""
    if name.endswith(".csv") and name not in WORKBOOK_UNDER_ANOTHER_NAME:
        return {"html_or_csv", "not_a_workbook"}
    return {
        "OK": {"opens"},
        "ACT": {"opens"},
        "SSRF": {"opens"},
        "XXE": {"opens", "damaged"},
        "ENC": {"encrypted"},
        "COR": {"damaged", "zip_bomb"},
        "BOMB": {"damaged", "zip_bomb"},
        "TYPE": {"opens"}
        if name in WORKBOOK_UNDER_ANOTHER_NAME
        else {"html_or_csv", "not_a_workbook", "other_office"},
    }.get(expected)


def there_is():
    """Processes and open files. Files on disk and sockets: see test_child_reaches_nothing_else."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    files = (str(file.readlink()) for file in Path("/proc/self/fd").iterdir() if file.is_symlink())
    return {*children, *(file for file in files if not file.endswith("/fd"))}


def seconds_of_children():
    """Of CPU, which a busy machine does not make longer."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize(("name", "expected"), entries())
def test_corpus_file_opens_or_is_refused(name, expected):
    before, begun = there_is(), seconds_of_children()

    found = verdict(CORPUS / name)

    assert seconds_of_children() - begun < 5
    assert there_is() <= before
    assert allowed(name, expected) is None or found in allowed(name, expected)


@pytest.mark.parametrize("name", [name for name, _expected in entries() if name.endswith(".csv")])
def test_corpus_text_opens_or_is_refused_where_text_is_taken(name):
    kinds = {"opens", "not_a_workbook", "utf_16", "undecodable_row"}

    assert verdict(CORPUS / name, with_csv=True) in kinds
