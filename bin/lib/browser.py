"""A Chromium for the tests: the one that is there, else Debian's, else Playwright's own."""

import os
import shutil

from packages import PYTHON, VENV, install_debian
from steps import Stop, run, say, succeeds

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
WHERE = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find_browser() -> str:
    prepare_driver()
    for find in (given, from_debian, from_playwright):
        if path := find():
            return path
    raise Stop(
        "the tests need a browser: install chromium, name one in HAINA_CHROMIUM, "
        "or leave its tests out with --no-browser"
    )


def prepare_driver() -> None:
    """Playwright drives the browser through a node of its own, which a bare Debian cannot start."""
    node = next(VENV.glob("lib/python*/site-packages/playwright/driver/node"))
    if not succeeds([node, "--version"]):
        install_debian("libatomic1")


def given() -> str | None:
    return os.environ.get("HAINA_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def from_debian() -> str | None:
    try:
        install_debian("chromium-headless-shell", "fonts-noto-cjk")
    except Stop as stop:
        say(str(stop))
    return given()


def from_playwright() -> str | None:
    say("downloading Playwright's own browser")
    try:
        run([PYTHON, "-m", "playwright", "install", "chromium"], "playwright install")
        return run([PYTHON, "-c", WHERE], "asking Playwright for its browser").strip()
    except Stop as stop:
        say(str(stop))
        return None
