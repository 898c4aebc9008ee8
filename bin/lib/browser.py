"""A Chromium for the tests: the one that is named, else Debian's without windows, else any that is
there, else Playwright's own."""

import os
import shutil

from packages import PYTHON, VENV, install_debian
from steps import Stop, run, say, succeeds

SHELL = "chromium-headless-shell"  # the same without the windows: the tests take a quarter less
OTHERS = ("chromium", "chromium-browser", "google-chrome")
WHERE = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find_browser() -> str:
    prepare_driver()
    for find in (named, from_debian, others, from_playwright):
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


def named() -> str | None:
    return os.environ.get("HAINA_CHROMIUM") or shutil.which(SHELL)


def from_debian() -> str | None:
    try:
        install_debian(SHELL, "fonts-noto-cjk")
    except Stop as stop:
        say(str(stop))
    return shutil.which(SHELL)


def others() -> str | None:
    return next(filter(None, map(shutil.which, OTHERS)), None)


def from_playwright() -> str | None:
    say("downloading Playwright's own browser")
    try:
        run([PYTHON, "-m", "playwright", "install", "chromium"], "playwright install")
        return run([PYTHON, "-c", WHERE], "asking Playwright for its browser").strip()
    except Stop as stop:
        say(str(stop))
        return None
