"""locale/*/LC_MESSAGES/django.mo, which Django reads: each is made of the catalogue beside it."""

from packages import LOCK, PYTHON
from stamps import Stamp, digest
from steps import BUILD, ROOT, run, say

CATALOGUES = "*/LC_MESSAGES/django.po"
COMPILE = ["-m", "babel.messages.frontend", "--quiet", "compile", "--domain=django"]


def compile_catalogues() -> None:
    catalogues = sorted((ROOT / "locale").glob(CATALOGUES))
    stamp = Stamp(BUILD / "languages.stamp", digest([*catalogues, LOCK]))
    if stamp.fresh and all(catalogue.with_suffix(".mo").exists() for catalogue in catalogues):
        return

    say("compiling the translations")
    run([PYTHON, *COMPILE, "--directory=locale"], "compiling the translations")
    stamp.write()
