"""Files that nobody should upload, through the real door: the dialog, the job, the page.

The folder that HAINA_CORPUS names holds files from elsewhere; damaged copies of a good workbook are
made here. More of these are read in tests/sheets, without a browser.
"""

import logging
import random
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from communities.models import BuildingNode
from haina.jobs import queue
from haina.jobs.models import Job
from haina.sheets.refusals import SENTENCES
from residents.models import Import, Resident
from tests.residents.imports.workbooks import FOUR, book
from tests.sheets.corpus import CORPUS, entries
from tests.sheets.mutating import mutant

SEED = 20181231
MUTANTS = 30
CODES = {*SENTENCES, "header", "no_rows", "problems", "structure"}
CHINESE = re.compile("[\u4e00-\u9fff].*。")
State = Import.State


@pytest.fixture
def upload(sign_in, operator, community, url):
    """Send a file and see the job to its end; what became of it."""
    client = sign_in(operator)

    def send(name: str, content: bytes) -> Import | None:
        file = SimpleUploadedFile(name, content)
        form = {"community": community.pk, "once": "once", "file": file}
        answer = client.post(url("import"), form)
        assert answer.status_code in (302, 422)
        if answer.status_code == 422:  # too large or empty: said in the dialog
            assert CHINESE.search(answer.content.decode())
            return None
        queue.run(Job.objects.latest("pk").pk)
        imported = Import.objects.latest("pk")
        assert client.get(url("import_show", imported.pk)).status_code == 200
        return imported

    return send


def rows() -> list[int]:
    return [Resident.objects.count(), BuildingNode.objects.count()]


def assert_told_or_planned(imported: Import | None, before: list[int], caplog) -> None:
    """Refused by name with a sentence, or read; without a trace of it but the rows that it says."""
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert list((settings.HAINA_VAR / "work").glob("*")) == []
    if imported is None:
        assert rows() == before
        return
    assert imported.state in (State.APPLIED, State.PLANNED, State.REFUSED)
    if imported.state != State.APPLIED:
        assert rows() == before
    if imported.state == State.REFUSED:
        assert imported.code in CODES
        assert CHINESE.search(imported.message)
        assert imported.job.state == Job.State.FAILED


@pytest.mark.django_db
@pytest.mark.skipif(not entries(), reason="HAINA_CORPUS names no folder with a MANIFEST.tsv")
@pytest.mark.parametrize("name", [name for name, _expected in entries()])
def test_a_file_of_the_corpus_is_told_or_read(upload, caplog, name):
    """None of them is of this product, so none writes anything."""
    before = rows()

    imported = upload(name, (CORPUS / name).read_bytes())

    assert_told_or_planned(imported, before, caplog)
    assert rows() == before


@pytest.mark.django_db
def test_a_damaged_copy_is_told_or_read(upload, caplog, tmp_path):
    content = book(tmp_path / "good.xlsx", FOUR).read_bytes()
    chance = random.Random(SEED)
    states = set()

    for _ in range(MUTANTS):
        before = rows()
        imported = upload("住户.xlsx", mutant(content, chance))
        assert_told_or_planned(imported, before, caplog)
        states.add(imported and imported.state)

    assert State.REFUSED in states
    assert connection.in_atomic_block  # no job broke the transaction of the test
