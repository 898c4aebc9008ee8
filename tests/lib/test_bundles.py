"""What the console's pages are made of comes in one file of each kind."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from haina.lib import bundles
from haina.lib.bundles import BUNDLES, SOURCES

APART = {"css/mobile.css", "js/theme.js"}  # of pages in WeChat; before anything is drawn


def test_every_source_is_in_one_bundle():
    bundled = [source for sources in BUNDLES.values() for source in sources]
    there = {str(path.relative_to(SOURCES)) for path in SOURCES.glob("*s/*.?s*")}

    assert len(bundled) == len(set(bundled))
    assert {*bundled, *APART} == there


@pytest.mark.parametrize("path", BUNDLES)
def test_a_bundle_is_its_sources_in_their_order(path):
    sources = [(SOURCES / each).read_text() for each in BUNDLES[path]]

    assert Path(finders.find(path)).read_text() == "".join(sources)


def test_a_changed_source_is_seen_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(bundles, "MADE", tmp_path / "made")
    monkeypatch.setattr(bundles, "SOURCES", tmp_path)
    monkeypatch.setattr(bundles, "BUNDLES", {"css/console.css": ["a.css", "b.css"]})
    (tmp_path / "b.css").write_text("b{}")
    for text in ("a{}", "a{color:red}"):
        (tmp_path / "a.css").write_text(text)
        found = bundles.BundleFinder().find("css/console.css")
        assert Path(found).read_text() == f"{text}b{{}}"


def test_they_are_collected(settings):
    call_command("collectstatic", interactive=False, verbosity=0)

    for path in BUNDLES:
        assert staticfiles_storage.exists(path)


def test_every_script_ends_its_last_statement():
    for path in BUNDLES["js/console.js"]:
        assert (SOURCES / path).read_text().endswith("})();\n"), path
