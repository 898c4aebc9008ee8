"""The disk for uploads and results is full: it is said, nothing is half there, and it works again
as soon as there is room."""

import pytest

from tests.faults.library import steps
from tests.faults.visitor import job_of
from tests.residents.imports.workbooks import book, row

SECONDS = 30
NO_SPACE = "服务器存储空间不足，没有写入任何数据"
IN_A_FILE = b"\0" * 3_000_000  # larger than what Django keeps in memory

pytestmark = pytest.mark.usefixtures("all_is_well")


def kept(stack) -> set:
    """All uploads and results, and those that the product knows."""
    assert stack.comes_to_rest(SECONDS)
    return {
        *(stack.var / "files").rglob("*"),
        *stack.postgres.query("SELECT id FROM jobs_storedfile"),
    }


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("upload") / "residents.xlsx"
    return book(path, [row()]).read_bytes()


@pytest.mark.parametrize("more", [b"", IN_A_FILE])
def test_an_upload_is_refused_and_leaves_nothing(stack, visitor, workbook, more):
    assert visitor.upload(workbook).status_code == 302
    before = kept(stack)

    with stack.full_disk("web"):
        refused = visitor.upload(workbook + more)
        assert visitor.get().status_code == 200  # although its log takes no line

    assert refused.status_code == 503
    assert NO_SPACE in refused.text
    assert refused.headers["Retry-After"] == "5"
    assert kept(stack) == before
    assert visitor.upload(workbook).status_code == 302


def test_a_result_that_finds_no_room_is_told_and_can_be_asked_for_again(stack, visitor):
    before = kept(stack)
    with stack.full_disk("worker", "heavy"):
        asked = job_of(visitor.export())
        assert steps.wait_until(lambda: stack.states([asked]) == ["failed"], SECONDS)

    query = "SELECT message FROM jobs_job WHERE id = %s"
    assert NO_SPACE in stack.postgres.query(query, asked)[0][0]
    assert kept(stack) == before
    assert stack.until_done([job_of(visitor.export())], SECONDS)
