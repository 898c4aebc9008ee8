"""What is at hand on every page: jobs, notices and the user's menu in the top bar."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from haina.jobs.models import Job
from tests import make
from tests.browser.conftest import look, open_user_menu

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy(creator, community):
    """One job runs and one has failed; one application waits."""
    make.application(community, make.follower(community.account), "A 1 101")
    imported = make.imported(community, file_name="三月住户.xlsx")
    told = {"payload": {"import": imported.pk}}
    ended = {"state": Job.State.FAILED, "message": "第 3 行有误", "ended_at": timezone.now()}
    make.job(creator, "residents.import", **told, **ended)
    return make.job(creator, "residents.import", **told, done=300, total=1200)


def in_both_schemes(page, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        look(page, f"{name}-{scheme}")
    page.emulate_media(color_scheme="light")


def test_the_panels_of_the_top_bar(console, live_server, busy):
    console.goto(f"{live_server.url}/fengniao/residents/")
    bar = console.locator(".topbar")
    jobs, notices = bar.locator("summary", has_text="任务"), bar.locator("summary", has_text="通知")
    expect(jobs).to_contain_text("1 个进行中")

    jobs.click()
    expect(bar.get_by_text("三月住户.xlsx").first).to_be_visible()
    in_both_schemes(console, "desk-jobs")
    notices.click()
    expect(bar.get_by_text("三月住户.xlsx").first).to_be_hidden()
    expect(bar.get_by_text("1 个任务未完成")).to_be_visible()
    in_both_schemes(console, "desk-notices")
    open_user_menu(console)
    in_both_schemes(console, "desk-user")
    console.keyboard.press("Escape")
    expect(bar.get_by_label("我的菜单")).to_be_focused()
    expect(bar.get_by_role("button", name="退出")).to_be_hidden()


def test_the_end_of_a_job_is_told(console, live_server, busy):
    console.goto(f"{live_server.url}/fengniao/residents/")
    Job.objects.filter(pk=busy.pk).update(state=Job.State.DONE)

    notice = console.locator("#job-notice")
    expect(notice).to_contain_text("已完成")
    expect(console.locator("#jobs-badge")).not_to_contain_text("进行中")
    in_both_schemes(console, "desk-told")
    console.locator(".topbar summary", has_text="任务").click()
    console.get_by_role("button", name="不再提示未完成的任务").click()
    expect(console.locator("#jobs-badge")).to_have_text("")
    notice.get_by_role("button", name="关闭").click()
    expect(notice).to_have_text("")
