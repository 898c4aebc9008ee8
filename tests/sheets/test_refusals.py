import random
import re
import struct
import zipfile
from pathlib import Path

import pytest

from haina import sheets
from haina.sheets import gate
from haina.sheets.reader import Refused, read
from haina.sheets.refusals import SENTENCES
from tests.sheets import make

MB = gate.MB
NOISE = random.Random(1).randbytes(MB)
HEAD = "<html><table><tr><td>张三</td></tr></table></html>"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "upload"


def code_of(path):
    with pytest.raises(Refused) as refusal:
        list(read(path))
    return refusal.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (HEAD.encode("gb18030"), "html_or_csv"),
        ("\ufeff姓名,手机\n".encode(), "html_or_csv"),
        ("姓名\t手机\n".encode("utf-16"), "html_or_csv"),
        (b"ID;PWXL;N;E\n", "html_or_csv"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "not_a_workbook"),
        (b"\x1f\x8b\x08\x00" + NOISE[:100], "not_a_workbook"),
        (b"PK\x05\x06" + bytes(18), "not_a_workbook"),
        (b"PK\x03\x04" + NOISE[:1000], "damaged"),
        (make.OLE, "not_a_workbook"),
        (make.OLE + NOISE, "not_a_workbook"),
    ],
)
def test_read_refuses_what_is_no_workbook(path, content, code):
    path.write_bytes(content)

    assert code_of(path) == code


def test_read_takes_20_mb_and_not_a_byte_more(path):
    for size in (0, 20 * MB):
        make.xlsx(path, make.parts() | {"xl/media/noise.bin": (NOISE * 20)[: size or 20 * MB]})
        missing = 20 * MB - path.stat().st_size
        make.xlsx(path, make.parts() | {"xl/media/noise.bin": (NOISE * 20)[: 20 * MB + missing]})
    rows = len(list(read(path)))

    with path.open("ab") as file:
        file.write(b"\0" * (20 * MB + 1 - path.stat().st_size))

    assert rows == 1
    assert code_of(path) == "too_large"


@pytest.mark.parametrize("streams", [["EncryptedPackage", "EncryptionInfo"], ["encryptedpackage"]])
def test_read_says_that_a_workbook_is_encrypted(path, streams):
    make.compound(path, *streams)

    assert code_of(path) == "encrypted"


def test_read_says_that_an_old_workbook_is_encrypted(path):
    make.xls(path, {"住户": make.cell(0, 0, 1.0)}, extra=make.record(0x2F, bytes(6)))

    assert code_of(path) == "encrypted"


def test_read_says_that_a_zip_is_encrypted(path):
    make.xlsx(path)
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), bytes(content)):
            content[found.start() + flags] |= 1
    path.write_bytes(content)

    assert code_of(path) == "encrypted"


def test_read_refuses_other_compound_files(path):
    make.compound(path, "WordDocument")

    assert code_of(path) == "not_a_workbook"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"a.txt": "a"}, "not_a_workbook"),
        ({"[Content_Types].xml": make.content_types(make.DOCUMENT_TYPE)}, "not_a_workbook"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "other_office"),
        (make.parts() | {"[Content_Types].xml": "<x/>", "xl/workbook.bin": "x"}, "other_office"),
        (make.parts() | {"/etc/passwd": "x"}, "damaged"),
        (make.parts() | {"c:\\x.xml": "x"}, "damaged"),
        (make.parts() | {"xl/../../x.xml": "x"}, "damaged"),
        (make.parts() | {"xl\\..\\x.xml": "x"}, "damaged"),
        (make.parts() | {"XL/Workbook.xml": "x"}, "damaged"),
        (make.parts() | {"xl\\workbook.xml": "x"}, "damaged"),
        (make.parts() | {"_rels/.rels": None}, "damaged"),
        (make.parts() | {"xl/_rels/workbook.xml.rels": None}, "damaged"),
        (make.parts() | {"xl/worksheets/sheet1.xml": None}, "damaged"),
        (make.parts() | {"xl/worksheets/sheet1.xml": make.sheet("<row>")}, "damaged"),
        (make.parts('<row r="0"><c><v>1</v></c></row>'), "damaged"),
        (make.parts('<row r="1"><c t="s"><v>7</v></c></row>'), "damaged"),
        (make.parts('<row r="1"><c t="s"><v>-1</v></c></row>'), "damaged"),
        (make.parts() | {"xl/noise": NOISE[:1] * 20 * MB}, "zip_bomb"),
        (make.parts() | {f"xl/{number}": "" for number in range(2_000)}, "zip_bomb"),
        (
            make.parts() | {"xl/workbook.xml": make.workbook('<sheet name="a" sheetId="1"/>')},
            "no_visible_sheet",
        ),
    ],
)
def test_read_refuses_odd_packages(path, members, code):
    assert code_of(make.xlsx(path, members)) == code


def test_the_gate_adds_up_what_all_members_unpack_to():
    members = [zipfile.ZipInfo(f"xl/{number}") for number in range(3)]
    for member in members:
        member.file_size, member.compress_size = 100 * MB, 10 * MB
    gate.check_sizes(members[:2])

    with pytest.raises(gate.Stop, match="zip_bomb"):
        gate.check_sizes(members)


def test_read_refuses_members_of_one_name(path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        make.xlsx(path, [*make.parts().items(), ("xl/workbook.xml", "<x/>")])

    assert code_of(path) == "damaged"


def test_read_refuses_members_that_share_their_bytes(path):
    make.xlsx(path, make.parts() | {"xl/a": NOISE[:50_000], "xl/b": ""})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        a, b = archive.getinfo("xl/a"), archive.getinfo("xl/b")
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/b"))
    content[entry + 16 : entry + 28] = struct.pack("<III", a.CRC, a.compress_size, a.file_size)
    content[entry + 42 : entry + 46] = struct.pack("<I", a.header_offset + 10)
    path.write_bytes(content)

    assert b.header_offset > a.header_offset
    assert code_of(path) == "zip_bomb"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_read_refuses_parts_that_declare_entities(path, part, encoding):
    laughs = make.LAUGHS + make.parts()[part]
    make.xlsx(path, make.parts() | {part: laughs.encode(encoding)})

    assert code_of(path) == "damaged"


@pytest.mark.parametrize("entity", ['SYSTEM "file:///etc/passwd"', f'"{"x" * 5_000}"'])
def test_read_expands_no_entity_of_the_strings(path, entity):
    shared = f"<!DOCTYPE s [<!ENTITY e {entity}>]>" + make.strings("<t>" + "&e;" * 99 + "</t>")
    make.xlsx(path, make.parts() | {"xl/sharedStrings.xml": shared})

    assert code_of(path) == "damaged"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_read_refuses_a_file_cut_short(path, share):
    make.xlsx(path, make.parts() | {"xl/media/noise.bin": NOISE[:9_000]})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    assert code_of(path) == "damaged"


def test_read_refuses_a_sheet_cut_short_after_its_first_rows(path):
    rows = "".join(f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(1, 9_999))
    make.xlsx(path, make.parts() | {"xl/worksheets/sheet1.xml": make.sheet(rows)[:200_000]})

    assert code_of(path) == "damaged"


def test_every_stop_has_a_sentence_and_every_sentence_a_stop():
    source = "".join(file.read_text() for file in Path(sheets.__file__).parent.glob("*.py"))
    stops = re.findall(r'(?:Stop|Refused)\("([a-z0-9_]+)"(?: if .* else "([a-z_]+)")?[,)]', source)
    returned = re.findall(
        r'return "([a-z_]+)"(?: if code .* else "([a-z_]+)")?$', source, re.MULTILINE
    )
    codes = {code for pair in stops + returned for code in pair if code} - {"csv", "xlsx", "xls"}

    assert codes == set(SENTENCES)
    assert len(SENTENCES) <= 20
