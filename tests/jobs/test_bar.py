"""任务 and 通知 in the top bar."""

import pytest
from django.utils import timezone
from lxml import html

from haina.accounts.permissions import Level, Section
from haina.jobs.models import Job
from tests import make
from tests.jobs import kinds  # noqa: F401 - registers the kinds

State = Job.State
HTMX = {"HX-Request": "true"}
BAR, PANEL, SEEN = "/fengniao/jobs/bar/", "/fengniao/jobs/panel/", "/fengniao/jobs/seen/"


@pytest.fixture
def client(sign_in, operator):
    return sign_in(operator)


def failed(administrator) -> Job:
    return make.job(
        administrator,
        "tests.count",
        state=State.FAILED,
        message="第 3 行有误",
        ended_at=timezone.now(),
    )


def texts(response, path: str) -> list[str]:
    found = html.fromstring(response.content.decode()).xpath(path)
    return [" ".join(each.text_content().split()) for each in found]


def badges(response) -> list[str]:
    return texts(response, "//*[@id='jobs-badge']/span[contains(@class, 'bar-badge')]")


def test_it_counts_what_runs_and_what_failed(client, operator, creator):
    make.job(operator, "tests.count")
    make.job(operator, "tests.count", state=State.RUNNING)
    make.job(operator, "tests.count", state=State.DONE)
    make.job(operator, "tests.count", state=State.CANCELLED)
    failed(operator)
    failed(creator)

    page = client.get("/fengniao/jobs/")

    assert badges(page) == ["2 个进行中", "1 个未完成"]


def test_it_asks_again_only_while_something_runs(client, operator):
    assert "every 5s" not in client.get("/fengniao/jobs/").content.decode()
    job = make.job(operator, "tests.count")

    page = client.get("/fengniao/jobs/").content.decode()

    assert "every 5s" in page
    assert f"{BAR}?watched={job.pk}" in page
    badge = html.fromstring(page).get_element_by_id("jobs-badge")
    assert "X-Watching" in badge.get("hx-headers")  # it is nobody's activity


def test_the_poll_goes_on_while_something_runs_and_then_ends(client, operator):
    job = make.job(operator, "tests.count")
    running = client.get(BAR, {"watched": job.pk}, headers=HTMX)
    Job.objects.filter(pk=job.pk).update(state=State.DONE)

    over = client.get(BAR, {"watched": job.pk}, headers=HTMX)

    assert (running.status_code, over.status_code) == (200, 286)
    assert "job-notice" not in running.content.decode()
    assert texts(over, "//*[@id='job-notice']//a") == ["数数"]
    assert "hx-trigger" not in over.content.decode()


@pytest.mark.parametrize("watched", ["", "x", "1,2,%", "9" * 30])
def test_the_poll_takes_nonsense(client, operator, watched):
    assert client.get(BAR, {"watched": watched}, headers=HTMX).status_code == 286


def test_the_poll_tells_nothing_of_others_jobs(client, creator, stranger):
    theirs = [failed(creator), failed(stranger)]

    answer = client.get(BAR, {"watched": ",".join(str(job.pk) for job in theirs)}, headers=HTMX)

    assert "job-notice" not in answer.content.decode()
    assert badges(answer) == []


def test_the_panel_shows_the_latest_with_file_and_place(client, operator, community):
    imported = make.imported(community, file_name="三月住户.xlsx")
    make.job(operator, "residents.import", payload={"import": imported.pk})
    failed(operator)

    panel = client.get(PANEL, headers=HTMX)

    assert texts(panel, "//li//a") == ["数数", "批量导入住户"]
    told = panel.content.decode()
    assert "三月住户.xlsx" in told
    assert "腾讯小区" in told
    assert "第 3 行有误" in told


def test_the_page_of_a_job_says_which_file(sign_in, creator, community):
    imported = make.imported(community, file_name="三月住户.xlsx")
    job = make.job(creator, "residents.import", payload={"import": imported.pk})

    assert "三月住户.xlsx" in sign_in(creator).get(f"/fengniao/jobs/{job.pk}/").content.decode()


def test_the_panel_names_no_place_out_of_reach(client, operator, account):
    elsewhere = make.imported(make.community(account, "深圳小区"), file_name="金丝雀.xlsx")
    make.job(operator, "residents.import", payload={"import": elsewhere.pk})

    told = client.get(PANEL, headers=HTMX).content.decode()

    assert "批量导入" in told
    assert "深圳小区" not in told
    assert "金丝雀" not in told


def test_the_panel_costs_the_same_for_one_and_for_three(
    client, operator, django_assert_num_queries
):
    failed(operator)
    client.get(PANEL, headers=HTMX)
    with django_assert_num_queries(7) as one:
        client.get(PANEL, headers=HTMX)
    failed(operator)
    failed(operator)

    with django_assert_num_queries(len(one)):
        client.get(PANEL, headers=HTMX)


@pytest.mark.parametrize("url", [BAR, PANEL])
def test_a_part_asked_for_as_a_page_is_the_list(client, url):
    assert client.get(url).headers["Location"] == "/fengniao/jobs/"


def test_what_is_known_is_not_counted_again(client, operator):
    known, since = failed(operator), failed(operator)

    client.post(SEEN, {"pk": known.pk}, headers=HTMX)

    known.refresh_from_db()
    assert known.seen_at
    assert badges(client.get("/fengniao/jobs/")) == ["1 个未完成"]
    since.refresh_from_db()
    assert since.seen_at is None


def test_nobody_takes_note_for_another(client, creator, stranger):
    theirs = [failed(creator), failed(stranger)]

    client.post(SEEN, {"pk": [job.pk for job in theirs]})

    assert Job.objects.filter(seen_at=None).count() == 2


def test_notices_tell_what_waits_and_what_failed(client, operator, community):
    make.application(community, make.follower(community.account), "A 1 101")
    failed(operator)

    page = client.get("/fengniao/residents/")

    shown = texts(page, "//summary[@title='通知']/following-sibling::div//li")
    assert shown == ["认证审核：1 条待审核", "1 个任务未完成"]


def test_who_may_not_review_is_told_of_no_reviews(sign_in, account, community):
    make.application(community, make.follower(account), "A 1 101")
    clerk = make.operator(account, sections={Section.STAFF: Level.VIEW})

    page = sign_in(clerk).get("/fengniao/jobs/").content.decode()

    assert "待审核" not in page
    assert "没有需要处理的事项" in page


def test_the_bar_costs_one_query(client, operator, django_assert_max_num_queries):
    client.get("/fengniao/jobs/")
    with django_assert_max_num_queries(50) as empty:
        client.get("/fengniao/jobs/")
    for _each in range(3):
        make.job(operator, "from.the.future", state=State.FAILED)
        failed(operator)
    statements = [query["sql"] for query in empty.captured_queries]

    assert sum('"jobs_job"."seen_at" IS NULL' in sql for sql in statements) == 1
    assert sum("verificationapplication" in sql for sql in statements) == 1


def test_a_page_without_the_bar_does_not_ask(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(50) as asked:
        client.get(PANEL, headers=HTMX)
        client.get("/fengniao/residents/", headers=HTMX)

    told = [query["sql"] for query in asked.captured_queries if "seen_at" in query["sql"]]
    assert len([sql for sql in told if "IS NULL" in sql]) == 1  # the panel's own badge
