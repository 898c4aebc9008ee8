"""Whatever a text is, an export holds it as that text, and the reader gives it back."""

import re

import pytest

from communities.models import BuildingNode
from haina.accounts.permissions import Rights
from haina.lib.text import tidy
from haina.sheets.names import NO_NAMES
from haina.sheets.reader import read
from haina.sheets.writer import Column, write_workbook
from residents.exports import write_residents
from residents.models import Resident
from tests import make
from tests.residents.canaries import text_of
from tests.residents.hostile_text import every, storable
from tests.residents.imports.workbooks import upload

TEXTS = storable()


def test_there_are_600_texts():
    assert len(set(TEXTS)) >= 600


@pytest.fixture
def exported(community, tmp_path):
    """A workbook of residents, one for each text, and their number in the order of the texts."""

    def export(texts):
        room = make.node(community, "A 1 =1+1")
        Resident.objects.bulk_create(
            Resident(
                community=community,
                room=room,
                name=text,
                name_key="",
                phone=f"+861380000{number:04d}",
                phone_last4=f"{number:04d}",
                identity="owner",
                **kinds,
            )
            for number, (text, kinds) in enumerate(texts)
        )
        root = BuildingNode.objects.select_related("community").root_of(community)
        write_residents(tmp_path / "out.xlsx", root, rights=Rights(everything=True))
        return tmp_path / "out.xlsx"

    return export


def test_an_export_gives_every_text_back(exported):
    path = exported([(text, {"id_number": text[:30]}) for text in TEXTS])

    cells = {row.cells[4]: row.cells for row in list(read(path))[2:]}

    wrong = {}
    for number, text in enumerate(TEXTS):
        came = cells[f"1380000{number:04d}"]
        if (came[0], came[5], came[9]) != (text, text[:30], "=1+1"):
            wrong[text] = came
    assert wrong == {}
    assert not re.search("<f[ />]", text_of(path))


def test_what_was_typed_comes_back_without_a_change(community, exported):
    """As a form or an import would have kept the texts. Both refuse NO_NAMES, which in a cell mean
    that what is on file goes, or that there is no value."""
    names = [name for name in dict.fromkeys(map(tidy, TEXTS)) if name not in {"", *NO_NAMES}]
    path = exported([(name, {}) for name in names])
    before = list(Resident.objects.order_by("pk").values())

    report = upload(path, community)

    assert (report.state, report.unchanged) == ("applied", len(names))
    assert list(Resident.objects.order_by("pk").values()) == before


def test_a_workbook_gives_back_what_no_database_holds(tmp_path):
    texts = every()
    write_workbook(
        tmp_path / "out.xlsx", title="文", columns=[Column("文")], rows=[[text] for text in texts]
    )

    cells = [row.cells[0] for row in read(tmp_path / "out.xlsx")][1:]

    assert [pair for pair in zip(texts, cells, strict=True) if pair[0] != pair[1]] == []
