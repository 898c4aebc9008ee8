"""Workbooks made part by part, honest ones and hostile ones."""

import struct
import zipfile

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "lol">{}]>'.format(
    "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
)


def content_types(workbook: str = WORKBOOK_TYPE) -> str:
    return (
        f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{workbook}"/></Types>'
    )


def relations(**targets: str) -> str:
    """relations(worksheet="worksheets/sheet1.xml"); a digit at the end keeps names apart."""
    entries = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind.rstrip("0123456789")}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{RELATIONS}">{entries}</Relationships>'


def sheet(rows: str, *, before: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def workbook(sheets: str = "", *, properties: str = "") -> str:
    sheets = sheets or '<sheet name="住户" sheetId="1" r:id="worksheet"/>'
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}'
        f"<sheets>{sheets}</sheets></workbook>"
    )


def strings(*entries: str) -> str:
    return f'<sst xmlns="{MAIN}">{"".join(f"<si>{entry}</si>" for entry in entries)}</sst>'


def styles(*numbers: int, declared: str = "") -> str:
    """Cell style 0, 1, ... shows numbers in the format of that number."""
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in numbers)
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{declared}</numFmts><cellStyleXfs>'
        f'<xf numFmtId="14"/></cellStyleXfs><cellXfs>{formats}</cellXfs></styleSheet>'
    )


def parts(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **changes) -> dict[str, str]:
    """The members of a workbook with one sheet; others by name, None to leave one out."""
    members = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": workbook(),
        "xl/_rels/workbook.xml.rels": relations(
            worksheet="worksheets/sheet1.xml",
            sharedStrings="sharedStrings.xml",
            styles="styles.xml",
        ),
        "xl/worksheets/sheet1.xml": sheet(rows),
        "xl/sharedStrings.xml": strings("<t>张三</t>"),
        "xl/styles.xml": styles(0, 14),
    }
    return members | changes


def xlsx(path, members=None, **changes):
    """Write the members as a zip. Duplicate names are possible in a list of pairs."""
    members = parts(**changes) if members is None else members
    pairs = members.items() if isinstance(members, dict) else members
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs:
            if content is not None:
                archive.writestr(name, content)
    return path


def xlsx_of(path, rows: str, **changes):
    return xlsx(path, parts(rows) | changes)


def record(number: int, content: bytes) -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def unicode_text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def cell(row: int, column: int, value, style: int = 0) -> bytes:
    place = struct.pack("<HHH", row, column, style)
    if isinstance(value, str):
        return record(0x0204, place + unicode_text(value))
    if isinstance(value, bool):
        return record(0x0205, place + struct.pack("<BB", value, 0))
    if isinstance(value, bytes):  # the code of an error
        return record(0x0205, place + value + b"\x01")
    return record(0x0203, place + struct.pack("<d", value))


def xls(path, sheets: dict[str, bytes], *, hidden=(), since_1904=False, extra=b""):
    """A bare Excel 97 stream, which Excel and xlrd read without its usual container."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + extra
    styles = b"".join(record(0x00E0, struct.pack("<HH", 0, form) + bytes(16)) for form in (0, 14))
    dates = record(0x0022, struct.pack("<H", since_1904))
    bodies = [
        record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)) + cells + record(0x0A, b"")
        for cells in sheets.values()
    ]
    entries = [name.encode("utf-16-le") for name in sheets]
    size = len(begin + styles + dates) + sum(4 + 8 + len(entry) for entry in entries) + 4
    listed = b""
    for name, entry, body in zip(sheets, entries, bodies, strict=True):
        head = struct.pack("<IBBBB", size, name in hidden, 0, len(name), 1)
        listed += record(0x0085, head + entry)
        size += len(body)
    path.write_bytes(begin + dates + styles + listed + record(0x0A, b"") + b"".join(bodies))
    return path


def compound(path, *streams: str):
    """A compound file as far as its directory goes."""
    entries = b""
    for name in streams:
        title = (name + "\0").encode("utf-16-le")
        entries += title.ljust(64, b"\0") + struct.pack("<HB", len(title), 2) + bytes(61)
    path.write_bytes(OLE + bytes(504) + entries.ljust(512, b"\0") + bytes(1024))
    return path
