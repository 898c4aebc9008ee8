"""PostgreSQL is restarted in the middle, cuts connections, has none left or no disk: a request is
done or answered 503, and what was acknowledged is there."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.library import steps
from tests.faults.visitor import job_of
from tests.faults.writers import phones, writing
from tests.residents.imports.workbooks import PERSON, book

RECOVERY = 30  # seconds
DOUBT, NOTHING = "不确定刚才的操作是否已保存", "没有写入"

pytestmark = pytest.mark.usefixtures("all_is_well")


def registered(stack, phone: str) -> int:
    query = "SELECT count(*) FROM residents_resident WHERE phone = %s"
    return stack.postgres.query(query, f"+86{phone}")[0][0]


def said(answer) -> str:
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.text


def test_an_immediate_restart_under_load_loses_no_write(stack, visitor):
    asked = job_of(visitor.export())
    with writing([visitor] * 4) as writers:
        assert steps.wait_until(lambda: len(writers.saved) > 10, RECOVERY)
        stack.postgres.restart()
        before = len(writers.saved)
        assert steps.wait_until(lambda: len(writers.saved) > before + 10, RECOVERY)

    assert not writers.broken
    assert {registered(stack, phone) for phone in writers.saved} == {1}
    assert {registered(stack, phone) for phone in writers.refused} <= {0, 1}
    assert stack.until_done([asked, job_of(visitor.export())], RECOVERY)


def test_a_commit_whose_answer_is_lost_is_told_as_such(stack, visitor):
    phone, waits = str(next(phones)), "wait_event = 'SyncRep' AND query = 'COMMIT'"
    with stack.postgres.answering_no_commit(), ThreadPoolExecutor() as pool:
        told = pool.submit(visitor.register, phone)
        assert steps.wait_until(lambda: stack.postgres.cut(waits) or told.done(), RECOVERY)
        assert steps.wait_until(lambda: told.done() or stack.postgres.cut(waits) < 0, RECOVERY)

    assert DOUBT in said(told.result())
    assert registered(stack, phone) == 1
    assert visitor.register(phone).status_code == 422  # it is there already
    assert registered(stack, phone) == 1


def test_connections_that_were_cut_are_replaced_unnoticed(stack, visitor):
    stack.postgres.cut()

    assert visitor.get().status_code == 200


def test_without_a_free_connection_nothing_is_begun(stack, visitor):
    phone = str(next(phones))
    with stack.postgres.exhausted():
        assert "请几秒后刷新页面" in said(visitor.get())
        assert NOTHING in said(visitor.register(phone))
        notice = said(visitor.register(phone, headers={"HX-Request": "true"}))

    assert "data-notice" in notice
    assert "<html" not in notice
    assert registered(stack, phone) == 0
    assert visitor.get().status_code == 200
    assert visitor.register(phone).status_code == 302


def test_a_full_disk_of_the_database_refuses_writes_only(stack, visitor):
    phone = str(next(phones))
    with stack.postgres.full("residents_resident"):
        assert visitor.get().status_code == 200
        assert NOTHING in said(visitor.register(phone))

    assert visitor.register(phone).status_code == 302
    assert registered(stack, phone) == 1


def test_a_session_that_finds_no_room_is_an_outage_too(stack, visitor):
    with stack.postgres.full("django_session"):
        assert "请几秒后刷新页面" in said(visitor.get(size="50"))

    assert visitor.get(size="50").status_code == 200


def test_what_is_no_outage_stays_a_500(stack, visitor):
    stack.postgres.query("ALTER TABLE residents_resident RENAME TO elsewhere")
    try:
        answer = visitor.get()
    finally:
        stack.postgres.query("ALTER TABLE elsewhere RENAME TO residents_resident")

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers


def test_a_job_that_finds_the_database_full_is_done_when_there_is_room(stack, visitor):
    with stack.postgres.full("jobs_storedfile"):
        asked = job_of(visitor.export())
        assert steps.wait_until(lambda: attempts(stack, asked) > 0, RECOVERY)

    assert stack.until_done([asked], RECOVERY)


def test_an_import_that_finds_the_database_full_is_done_when_there_is_room(
    stack, visitor, tmp_path
):
    phone = str(next(phones))
    person = ["钱丽华", "女", "业主", None, phone, None, "腾讯海纳体验小区", "1", "1", "101"]
    file = book(tmp_path / "one.xlsx", [person], header=[*PERSON, "栋", "单元", "房间"])
    with stack.postgres.full("residents_resident"):
        assert visitor.upload(file.read_bytes()).status_code == 302
        newest = stack.postgres.query("SELECT max(id) FROM jobs_job")[0][0]
        assert steps.wait_until(lambda: attempts(stack, newest) > 1, RECOVERY)

    assert stack.until_done([newest], RECOVERY)
    assert registered(stack, phone) == 1


def attempts(stack, job: int) -> int:
    return stack.postgres.query("SELECT attempt FROM jobs_job WHERE id = %s", job)[0][0]
