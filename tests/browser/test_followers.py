"""微信关注用户 in a browser: tags, stars, remarks and the blacklist, and who follows meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from followers.models import Follower, Sync
from tests import make
from tests.browser.conftest import look, open_user_menu

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE = "加入黑名单后，您将无法接收该用户发来的消息"


@pytest.fixture
def crowd(account, community):
    """25 followers, five more than a page; the first of them is bound to a resident."""
    make.wechat(account, connected_at=timezone.now())
    owners, long = make.tag(account, "业主"), make.tag(account, "十一个汉字的标签名称啊")
    now = timezone.now()
    crowd = [
        make.follower(
            account,
            f"oFollower000000000000000{number:04d}",
            subscribed_at=now - timedelta(hours=number),
            scene="ADD_SCENE_QR_CODE" if number % 3 else "ADD_SCENE_SEARCH",
            tag_ids=[[], [owners.pk], [owners.pk, long.pk]][number % 3],
            starred=number % 5 == 0,
            remark=["", "鲁宁", "这个备注太长了微信不会接受的"][number % 3] if number < 9 else "",
            to_push=number == 4,
            push_fault=49003 if number == 5 else None,
        )
        for number in range(25)
    ]
    resident = make.resident(community, name="张国良", phone="15693322808")
    make.bound(resident, crowd[0])
    Sync.objects.create(account=account, began_at=now, ended_at=now, phase=Sync.Phase.OVER)
    return crowd


def open_followers(page, live_server, query=""):
    page.goto(f"{live_server.url}/fengniao/followers/{query}")
    return page.locator("#followers tbody tr")


def test_the_list_and_a_follower_that_comes_meanwhile(console, live_server, account, crowd):
    rows = open_followers(console, live_server)
    expect(rows).to_have_count(20)
    expect(console.get_by_role("heading", name="全部用户 共25人")).to_be_visible()
    expect(rows.nth(0)).to_contain_text("张国良(156*****08)")
    look(console, "followers")

    expect(console.locator("[hx-trigger='every 2s']")).to_have_count(1)
    make.follower(account, remark="新来的")
    expect(rows.nth(0)).to_contain_text("新来的")
    expect(console.get_by_role("heading", name="全部用户 共26人")).to_be_visible()

    rows.nth(3).get_by_role("checkbox").check()
    make.follower(account, remark="又来一位")
    news = console.get_by_role("link", name="有 1 位新用户，点击刷新")
    expect(news).to_be_visible()
    expect(rows.nth(3).get_by_role("checkbox")).to_be_checked()
    expect(console.locator("[data-selected]")).to_have_text("1")
    look(console, "followers-news")
    news.click()
    expect(rows.nth(0)).to_contain_text("又来一位")


def test_tags_are_made_given_and_deleted(console, live_server, account, crowd):
    rows = open_followers(console, live_server)
    console.get_by_role("link", name="新建标签").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_label("标签名称").fill("商户")
    expect(dialog.get_by_text("2/12")).to_be_visible()
    look(console, "followers-tag-add")
    dialog.get_by_role("button", name="确定").click()
    expect(console.locator("#groups")).to_contain_text("商户")

    rows.nth(0).get_by_role("checkbox").check()
    rows.nth(1).get_by_role("checkbox").check()
    console.get_by_role("button", name="打标签").click()
    expect(dialog).to_contain_text("已选 2 位用户")
    dialog.get_by_label("商户").check()
    look(console, "followers-tagging")
    dialog.get_by_role("button", name="确定").click()
    expect(console.get_by_text("已修改 2 位用户的标签。")).to_be_visible()
    console.get_by_role("link", name="商户").click()
    expect(rows).to_have_count(2)
    look(console, "followers-of-a-tag")

    console.get_by_role("button", name="“商户”的操作").click()
    console.get_by_role("link", name="删除", exact=True).click()
    expect(dialog).to_contain_text("2 位用户将不再有这个标签")
    dialog.get_by_role("button", name="删除").click()
    expect(console.get_by_role("heading", name="全部用户 共25人")).to_be_visible()


def test_a_long_list_of_tags_is_narrowed(console, live_server, account, crowd):
    for number in range(30):
        make.tag(account, f"{number}栋")
    rows = open_followers(console, live_server)
    rows.nth(0).get_by_role("checkbox").check()
    console.get_by_role("button", name="打标签").click()
    dialog = console.get_by_role("dialog")
    ticks = dialog.get_by_role("checkbox")
    expect(ticks).to_have_count(32)
    dialog.get_by_label("29栋").check()

    dialog.get_by_label("筛选标签").fill("12")
    dialog.get_by_label("筛选标签").press("Enter")

    expect(ticks).to_have_count(2)
    expect(dialog.get_by_label("29栋")).to_be_checked()
    look(console, "followers-tagging-narrowed")
    dialog.get_by_label("12栋").check()
    dialog.get_by_role("button", name="确定").click()
    expect(rows.nth(0)).to_contain_text("12栋")
    expect(rows.nth(0)).to_contain_text("29栋")


def test_all_go_into_the_blacklist_and_one_comes_back(console, live_server, crowd):
    rows = open_followers(console, live_server)
    console.get_by_label("全选").check()
    console.get_by_label("选择全部 25 位").check()
    console.get_by_role("button", name="加入黑名单").click()
    dialog = console.get_by_role("dialog")
    expect(dialog).to_contain_text(SENTENCE)
    look(console, "followers-block")
    dialog.get_by_role("button", name="确定").click()
    expect(console.get_by_text("已将 25 位用户加入黑名单。")).to_be_visible()

    console.get_by_role("link", name="黑名单").click()
    expect(rows).to_have_count(20)
    rows.nth(0).get_by_role("checkbox").check()
    console.get_by_role("button", name="移出黑名单").click()
    dialog.get_by_role("button", name="确定").click()
    expect(console.get_by_text("已将 1 位用户移出黑名单。")).to_be_visible()
    assert Follower.objects.filter(blocked=True).count() == 24


def test_star_remark_search_and_pages(console, live_server, crowd):
    rows = open_followers(console, live_server)
    star = rows.nth(1).get_by_role("button", name="星标")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(console.locator("#groups")).to_contain_text("星标用户 6")

    rows.nth(1).get_by_role("link", name="修改备注").click()
    dialog = console.get_by_role("dialog")
    expect(dialog.get_by_text("2/29")).to_be_visible()
    dialog.get_by_label("备注名称").fill("张国良")
    look(console, "followers-remark")
    dialog.get_by_role("button", name="确定").click()
    expect(rows.nth(1)).to_contain_text("张国良")

    console.get_by_placeholder("请输入用户昵称进行搜索").fill("国良")
    expect(rows).to_have_count(2)
    console.get_by_placeholder("请输入用户昵称进行搜索").fill("没有这个人")
    expect(console.get_by_text("没有找到符合条件的用户")).to_be_visible()
    look(console, "followers-nobody")
    console.get_by_role("link", name="查看全部用户").click()
    console.get_by_role("link", name="下一页").click()
    expect(rows).to_have_count(5)
    console.get_by_role("link", name="上一页").click()
    expect(rows).to_have_count(20)


def test_the_list_in_the_dark_and_by_keyboard(console, live_server, crowd):
    rows = open_followers(console, live_server)
    open_user_menu(console)
    console.get_by_role("button", name="切换深色或浅色").click()
    look(console, "followers-dark")

    star = rows.nth(1).get_by_role("button", name="星标")
    star.focus()
    console.keyboard.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "true")
    rows.nth(1).get_by_role("link", name="修改备注").focus()
    console.keyboard.press("Enter")
    expect(console.get_by_role("dialog")).to_contain_text("修改备注")
    console.keyboard.press("Escape")
    expect(rows.nth(1).get_by_role("link", name="修改备注")).to_be_focused()


def test_an_account_without_wechat_is_told_what_to_do(console, live_server):
    open_followers(console, live_server)

    expect(console.get_by_text("还没有接入公众号")).to_be_visible()
    look(console, "followers-not-connected")
