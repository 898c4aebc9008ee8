"""What may be parsed at all: size, type by content, limits of the zip. Standard library only.

Nothing is unpacked here but the list of content types: sizes are the ones the zip declares, and
zipfile reads no further than what is declared. The limits are the measured ones of
docs/operations.md: the largest honest files stay well below them.
"""

import re
import struct
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MB = 1024 * 1024
MAX_SIZE = 20 * MB
MAX_UNPACKED = 256 * MB
MAX_RATIO = 200
SMALL_MEMBER = 100_000  # below this many bytes the ratio says nothing
MAX_MEMBERS = 2_000
MAX_CONTENT_TYPES = 2 * MB

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BARE_BIFF = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00")  # Excel 2 to 5
UTF_8_MARK, UTF_16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
BINARY = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?A-Za-z]")
WORKBOOK_TYPES = re.compile(
    rb"spreadsheetml\.(sheet|template)\.main\+xml|ms-excel\.(sheet|template)\.macroEnabled\.main\+xml"
)
# What zipfile raises for odd files; NotImplementedError is a RuntimeError.
UNREADABLE = (BadZipFile, OSError, EOFError, ValueError, RuntimeError, struct.error, zlib.error)


class Stop(Exception):
    """The file goes no further. The code is one of refusals.SENTENCES, some of which name a row."""

    def __init__(self, code: str, row: int = 0):
        self.code, self.row = code, row
        super().__init__(code)


def kind_of(path: Path, *, with_csv: bool = False) -> str:
    """Say "xlsx" or "xls", or "csv" where text is taken, or stop."""
    size = path.stat().st_size
    if size > MAX_SIZE:
        raise Stop("too_large")
    if size == 0:
        raise Stop("empty_file")

    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK\x03\x04"):
        check_zip(path)
        return "xlsx"
    if head.startswith(OLE):
        check_ole(path)
        return "xls"
    if BARE_BIFF.match(head):
        return "xls"
    if not is_text(head):
        raise Stop("not_a_workbook")
    if not with_csv:
        raise Stop("html_or_csv")
    check_text(head)
    return "csv"


def is_text(head: bytes) -> bool:
    return head.startswith(UTF_16_MARKS) or not BINARY.search(head)


def check_text(head: bytes) -> None:
    """Separated values, and not a web page; in a code of which ASCII is a part."""
    if head.startswith(UTF_16_MARKS):
        raise Stop("utf_16")
    if MARKUP.match(head):
        raise Stop("web_page")


def check_zip(path: Path) -> None:
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
            check_sizes(members)
            check_names(members)
            check_places(members, archive.start_dir)
            check_parts(archive)
    except UNREADABLE:
        raise Stop("damaged") from None


def check_sizes(members: list[ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Stop("zip_bomb")
    for member in members:
        if member.file_size > max(SMALL_MEMBER, member.compress_size * MAX_RATIO):
            raise Stop("zip_bomb")
        if member.flag_bits & 1:
            raise Stop("encrypted")
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Stop("damaged")


def plain_name(name: str) -> str:
    """The name a part goes by: some programs write backslashes, others another case."""
    return name.replace("\\", "/").casefold()


def check_names(members: list[ZipInfo]) -> None:
    """No two members that could be taken for each other, and none that points out of the zip."""
    names = [plain_name(member.filename) for member in members]
    outside = any(name.startswith("/") or ":" in name or ".." in name.split("/") for name in names)
    if outside or len(set(names)) < len(names):
        raise Stop("damaged")


def check_places(members: list[ZipInfo], directory: int) -> None:
    """Members must not share bytes, or a few of them can claim any size."""
    end = directory
    for member in sorted(members, key=lambda member: member.header_offset, reverse=True):
        if member.header_offset < 0 or member.header_offset + 30 + member.compress_size > end:
            raise Stop("damaged" if end == directory else "zip_bomb")
        end = member.header_offset


def check_parts(archive: ZipFile) -> None:
    """A workbook and not a document, a presentation, an ods or an xlsb file."""
    names = {plain_name(name): name for name in archive.namelist()}
    listed = names.get("[content_types].xml")
    if listed is None:
        raise Stop("other_office" if "mimetype" in names else "not_a_workbook")
    if archive.getinfo(listed).file_size > MAX_CONTENT_TYPES:
        raise Stop("zip_bomb")

    types = archive.read(listed)
    if not WORKBOOK_TYPES.search(types.replace(b"\x00", b"")):  # also when it is written in UTF-16
        raise Stop("other_office" if "xl/workbook.bin" in names else "not_a_workbook")


def check_ole(path: Path) -> None:
    """Look into the directory of a compound file without following its chains, which may loop."""
    data = path.read_bytes()
    if has_stream(data, "EncryptedPackage"):
        raise Stop("encrypted")
    if not has_stream(data, "Workbook") and not has_stream(data, "Book"):
        raise Stop("not_a_workbook")


def has_stream(data: bytes, name: str) -> bool:
    """Entries lie on multiples of 128 bytes: the name, at 64 its length, at 66 the type (2)."""
    title = (name + "\0").encode("utf-16-le")
    mark = struct.pack("<HB", len(title), 2)
    found = re.compile(re.escape(title), re.IGNORECASE).finditer(data)
    return any(
        match.start() % 128 == 0 and data[match.start() + 64 : match.start() + 67] == mark
        for match in found
    )
