"""Files that nobody should upload, through the real door: the dialog, the job, the page."""

import logging
import random

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from haina.jobs import queue
from haina.jobs.models import Job
from haina.sheets.refusals import SENTENCES
from staff import tasks  # noqa: F401 - registers the jobs
from staff.models import Employee, StaffImport
from tests.residents.test_hostile_files import CHINESE, MUTANTS, SEED
from tests.sheets.corpus import CORPUS, entries
from tests.sheets.mutating import mutant
from tests.staff.imports.workbooks import CHEN, book, many, text

CODES = {*SENTENCES, "header", "no_rows", "problems", "cap"}
TEXTS = [name for name, _expected in entries() if name.endswith(".csv")]
# Of each kind of file in the corpus one: whatever is no text is read for residents as well.
OTHERS = {name[0]: name for name, _expected in entries() if not name.endswith(".csv")}.values()
State = StaffImport.State


@pytest.fixture
def upload(sign_in, clerk, community, engineering, url):
    """Send a file and see the job to its end; what became of it."""
    client = sign_in(clerk)

    def send(name: str, content: bytes) -> StaffImport | None:
        file = SimpleUploadedFile(name, content)
        answer = client.post(url("import"), {"once": "once", "file": file})
        if answer.status_code == 422:  # too large or empty: said in the dialog
            assert CHINESE.search(answer.content.decode())
            return None
        queue.run(Job.objects.latest("pk").pk)
        imported = StaffImport.objects.latest("pk")
        assert client.get(url("import_show", imported.pk)).status_code == 200
        return imported

    return send


def assert_told_or_planned(imported: StaffImport | None, before: int, caplog) -> None:
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert list((settings.HAINA_VAR / "work").glob("*")) == []
    if imported is None or imported.state != State.APPLIED:
        assert Employee.objects.count() == before
    if imported and imported.state == State.REFUSED:
        assert imported.code in CODES
        assert CHINESE.search(imported.message)


@pytest.mark.parametrize("name", [*TEXTS, *OTHERS])
def test_a_file_of_the_corpus_is_told_or_read(upload, caplog, name):
    assert_told_or_planned(upload(name, (CORPUS / name).read_bytes()), 0, caplog)


@pytest.mark.parametrize("name", ["员工.csv", "员工.xlsx"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_content_says_what_a_file_is(upload, tmp_path, name, kind):
    workbook = book(tmp_path / "员工", [CHEN]).read_bytes()

    imported = upload(name, workbook if kind == "xlsx" else text([CHEN]).encode())

    assert (imported.state, Employee.objects.count()) == (State.APPLIED, 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "xlsx"])
def test_a_damaged_copy_is_told_or_read(upload, caplog, tmp_path, encoding):
    if encoding == "xlsx":
        content = book(tmp_path / "good.xlsx", many(5)).read_bytes()
    else:
        content = text(many(5)).encode(encoding)
    chance = random.Random(SEED)

    for _ in range(MUTANTS // 3):
        before = Employee.objects.count()
        assert_told_or_planned(upload("员工.csv", mutant(content, chance)), before, caplog)
