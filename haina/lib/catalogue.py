"""locale/en/LC_MESSAGES/django.po: sorted by the Chinese, without places in the code, so that two
branches that add texts seldom touch the same line."""

from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.conf import settings

from haina.lib.marked import everything_marked

HEADER = b"""\
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def path_of(language: str) -> Path:
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES/django.po"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, ignore_obsolete=True)


def write(path: Path, catalog: Catalog) -> None:
    with path.open("wb") as file:
        file.write(HEADER)
        write_po(file, catalog, width=0, omit_header=True, sort_output=True)


def english(catalog: Catalog) -> dict[str, str]:
    return {message.id: message.string for message in catalog if message.id}


@dataclass(frozen=True)
class Changes:
    added: list[str]
    removed: list[str]
    untranslated: list[str]


def refresh(path: Path) -> Changes:
    """Add what is marked and missing, drop what is marked nowhere any more, and sort."""
    catalog, wanted = read(path), {each.text for each in everything_marked()}
    known = english(catalog).keys()
    for text in wanted - known:
        catalog.add(text)
    for text in known - wanted:
        catalog.delete(text)
    write(path, catalog)
    untranslated = [text for text, told in english(catalog).items() if not told]
    return Changes(sorted(wanted - known), sorted(known - wanted), sorted(untranslated))
