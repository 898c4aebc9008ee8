"""One resident whose every value can be found again, and what must not be found where."""

import html
import zipfile

VALUES = {
    "name": "金丝雀",
    "gender": "female",
    "identity": "term_tenant",
    "lease_ends_on": "2031-03-03",
    "phone": "13700007788",
    "id_number": "E77665544",
}
ADDRESS = "笼 9 909"

# In a workbook, for each field; {room} is the pk of the room.
CANARY = {
    "name": ["金丝雀"],
    "gender": ["女"],
    "identity": [">限期租客<", "2031-03-03"],
    "phone": ["13700007788"],
    "id_number": ["E77665544"],
    "address": ["笼", "909", "-{room}-"],
}


def text_of(path) -> str:
    """All that is in the workbook's parts."""
    with zipfile.ZipFile(path) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist())
    return html.unescape(text)


def leaks_of(field: str, path, room: int | str = "?") -> list[str]:
    text = text_of(path)
    return [leak for leak in CANARY[field] if leak.format(room=room) in text]
