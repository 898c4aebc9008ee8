"""build/static: what collectstatic makes of static/, build/vendor and the packages.

It compresses every file twice and takes seconds, hence the stamp. Nothing is cleared first: a
running web server still hands out the files it knows.
"""

from assets import VENDOR
from packages import LOCK, PYTHON
from stamps import Stamp, digest
from steps import BUILD, ROOT, run, say

CODE = [ROOT / "haina/settings.py", ROOT / "haina/lib/bundles.py"]
SOURCES = [ROOT / "static", VENDOR, LOCK, *CODE]


def collect_static(env: dict) -> None:
    stamp = Stamp(BUILD / "static.stamp", digest(SOURCES))
    if stamp.fresh and (BUILD / "static").exists():
        return

    say("collecting the static files")
    run(
        [PYTHON, "manage.py", "collectstatic", "--noinput", "--verbosity=0"],
        "collectstatic",
        env=env,
    )
    stamp.write()
