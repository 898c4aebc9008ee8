"""小区楼栋信息 on a phone: what can be pressed is large enough for a finger."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.conftest import PHONE, entry_of_open_menu, look

pytestmark = pytest.mark.django_db(transaction=True)

LEAST = 44
INLINE = ".crumbs a, .skip, .visually-hidden, .visually-hidden *, #dialog-discard *"
TARGETS = "a, button, input:not([type=hidden], [type=checkbox], [type=radio]), select, summary"
TOO_SMALL = """([targets, inline, least]) => [...document.querySelectorAll(targets)]
  .filter((each) => each.checkVisibility() && !each.matches(inline))
  .map((each) => [each.outerHTML.slice(0, 120), each.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([html, box]) => `${html} ${Math.round(box.width)} x ${Math.round(box.height)}`)"""


@pytest.fixture
def pages(community):
    """The addresses of the screens of 小区楼栋信息, by name."""
    make.node(community, "1栋 1单元 101")
    root, block = community.nodes.get(parent=None), make.node(community, "1栋")
    of_root, of_block = (f"{community.pk}/nodes/{node.pk}" for node in (root, block))
    return {
        "list": "",
        "add": "add/",
        "edit": f"{community.pk}/edit/",
        "delete": f"{community.pk}/delete/",
        "tree": f"{community.pk}/tree/",
        "structure": "structure/",
        "menu": f"{of_block}/menu/",
        "children": f"{of_block}/children/",
        "node-add": f"{of_root}/add/",
        "range": f"{of_root}/add-range/",
        "rename": f"{of_block}/rename/",
        "node-delete": f"{of_block}/delete/",
    }


def test_what_can_be_pressed_is_large_enough(console, live_server, pages):
    console.set_viewport_size(PHONE)
    small = {}
    for name, path in pages.items():
        console.goto(f"{live_server.url}/fengniao/communities/{path}")
        found = console.evaluate(TOO_SMALL, [TARGETS, INLINE, LEAST])
        small |= {name: found} if found else {}

    assert small == {}


def test_the_tab_that_is_open_can_be_seen(console, live_server):
    console.set_viewport_size(PHONE)
    console.goto(f"{live_server.url}/fengniao/reminders/")
    tabs = console.get_by_role("navigation", name="栏目", exact=True)

    expect(tabs.get_by_role("link", name="提醒设置")).to_be_in_viewport(ratio=1)
    look(console, "tabs-on-a-phone")


def test_every_page_fits_and_can_be_read_in_the_dark(console, live_server, pages):
    console.emulate_media(color_scheme="dark")
    for name in ("list", "add", "tree", "range"):
        console.goto(f"{live_server.url}/fengniao/communities/{pages[name]}")
        look(console, f"dark-{name}")


def test_a_menu_and_its_dialog_work_without_a_mouse(console, live_server, pages):
    console.goto(f"{live_server.url}/fengniao/communities/{pages['tree']}")
    menu = console.get_by_label("“1栋”的操作")
    menu.focus()

    console.keyboard.press("Enter")
    entry_of_open_menu(console, "重命名").wait_for()
    for _ in range(3):  # 添加下一级, 批量添加, 重命名
        console.keyboard.press("ArrowDown")
    console.keyboard.press("Enter")
    console.get_by_label("栋名称").wait_for()
    console.keyboard.press("ControlOrMeta+a")
    console.keyboard.type("2栋")
    console.keyboard.press("Enter")

    console.locator("#messages").get_by_text("已改名为“2栋”").wait_for()
