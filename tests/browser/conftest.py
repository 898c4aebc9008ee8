"""A real browser against the real web process, worker and engines.

HAINA_PICTURES names a folder for screenshots of all that a test looks at; with HAINA_DOCS=1 the
pictures of README and docs/ are drawn anew.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import expect

from tests.jobs.processes import worker

# Playwright's loop runs in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PATIENCE = 20_000  # ms; a busy machine is no fault of the page
expect.set_options(timeout=PATIENCE)

PICTURES = os.environ.get("HAINA_PICTURES")
DOCS = os.environ.get("HAINA_DOCS")
PICTURES_OF_DOCS = Path(__file__).parents[2] / "docs/pictures"
COLOURS = 128  # a picture of a page needs no more, and is half as large
QUIET = ("background-networking", "component-update", "sync", "gpu")
TELL_OF_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP", event.violatedDirective, event.blockedURI, event.sourceFile))
"""
DRAWN = """new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  .then(() => Promise.allSettled(document.getAnimations().map((each) => each.finished)))"""
ALL_RULES = {"resultTypes": ["violations"], "preload": False}  # that is for sound and films
ALL_BUT_COLOURS = ALL_RULES | {"rules": {"color-contrast": {"enabled": False}}}
COLOURS_ALONE = ALL_RULES | {"runOnly": ["color-contrast"]}
AXE = Axe()
RUN_AXE = "(rules) => axe.run(rules).then(({ violations }) => ({ violations }))"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in QUIET)]
    ours = {"executable_path": os.environ.get("HAINA_CHROMIUM") or None, "args": arguments}
    return browser_type_launch_args | ours


@pytest.fixture
def browser_context_args(browser_context_args):
    ours = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": DESK}
    ours |= {"reduced_motion": "reduce"}  # axe would measure colours that are on their way
    return browser_context_args | ours


@pytest.fixture
def complaints(page, live_server):
    """What must stay empty: console errors, violations of the CSP, requests to anywhere else."""
    told = []
    page.add_init_script(TELL_OF_VIOLATIONS)
    page.on("console", lambda line: told.append(line.text) if is_complaint(line) else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((live_server.url, "data:", "blob:"))
            else told.append(request.url)
        ),
    )
    return told


def is_complaint(line) -> bool:
    """Chromium logs every 4xx, and a form that is refused answers 422. For a picture, Playwright
    puts styles on elements, which are refused, and which htmx carries over when it swaps them."""
    harmless = ["status of 422"]
    if PICTURES or DOCS:
        harmless += ["Applying inline style violates", "CSP style-src-attr"]
    return line.type == "error" and not any(text in line.text for text in harmless)


@pytest.fixture
def console(page, complaints, live_server, creator):
    """A page that is signed in as the creator and has opened nothing yet. test_sign_in.py types
    name and password."""
    page.set_default_timeout(PATIENCE)
    signed_in = Client()
    signed_in.force_login(creator.user)
    session = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
    session["value"] = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([session])
    yield page
    assert complaints == []


@pytest.fixture
def working(tmp_path, transactional_db):
    """A worker and beat, as bin/run starts them."""
    with worker(tmp_path, settings.REDIS_URL):
        yield


def picture(page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled")


def picture_of_docs(page, name: str, **shown) -> None:
    """What README or a page of docs/ shows as pictures/NAME.png, in few colours."""
    if DOCS:
        file = PICTURES_OF_DOCS / f"{name}.png"
        page.screenshot(path=file, animations="disabled", **shown)
        Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)


def look(page, name: str) -> None:
    """axe finds nothing, at a desk and on a phone, where nothing scrolls sideways; pictures of
    both. Colours are measured at the desk: a phone has the same, and they take most of the time."""
    for size, where, rules in ((DESK, "", ALL_RULES), (PHONE, "-phone", ALL_BUT_COLOURS)):
        page.set_viewport_size(size)
        axe_finds_nothing(page, rules)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{name} is {width} pixels wide on {size['width']}"
        picture(page, name + where)
    page.set_viewport_size(DESK)


def look_by_night(page, name: str) -> None:
    """Where one has looked by day, when nothing but the colours is another."""
    page.emulate_media(color_scheme="dark")
    axe_finds_nothing(page, COLOURS_ALONE)
    picture(page, f"{name}-dark")
    page.emulate_media(color_scheme="light")


def look_by_day_and_night(page, name: str) -> None:
    look(page, name)
    look_by_night(page, name)


def axe_finds_nothing(page, rules: dict) -> None:
    page.evaluate(DRAWN)  # axe would measure colours that are on their way
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    found = AxeResults(page.evaluate(RUN_AXE, rules))
    assert found.violations_count == 0, found.generate_report()


def entry_of_open_menu(page, name: str):
    """An entry of the drop-down that is open, as soon as htmx knows it."""
    return page.locator(".dropdown-menu.show a:not(.htmx-added)", has_text=name)


def open_user_menu(page) -> None:
    page.get_by_label("我的菜单").click()


def choose(place, label: str, value: str) -> None:
    """Choose in a select of a dialog, as soon as htmx knows what has to follow."""
    select = place.get_by_label(label, exact=True)
    select.locator("option", has_text=value).first.wait_for(state="attached")
    settled(place.page)
    select.select_option(value)


def settled(page) -> None:
    """htmx knows all that is on the page."""
    expect(page.locator(".htmx-added")).to_have_count(0)
