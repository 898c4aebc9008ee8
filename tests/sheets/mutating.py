"""Ways in which a workbook comes damaged."""

import random
import zipfile
from io import BytesIO

from tests.sheets import make

ODD_VALUES = ["\x00", "\ud800", "x" * 32_768, "1e308", "9999-99-99", "-1", "9" * 5_000, "=cmd|' '"]


def mutant(content: bytes, chance: random.Random) -> bytes:
    if content.startswith(b"PK") and chance.random() < 0.6:
        return repacked(content, chance)
    broken = bytearray(content)
    if chance.random() < 0.2:
        return bytes(broken[: chance.randrange(len(broken))])
    for _ in range(chance.choice([1, 1, 2, 8])):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def repacked(content: bytes, chance: random.Random) -> bytes:
    """The same zip with one member dropped, cut, emptied or with other values inside."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(members))
    text = members.pop(name)
    place = chance.randrange(len(text))
    odd = chance.choice(ODD_VALUES).encode("utf-8", "surrogatepass")
    changed = [
        text[:place],
        text[:place] + text[place + 1 + chance.randrange(20) :],
        text.replace(b"<v>0</v>", b"<v>" + odd + b"</v>", 3),
        text.replace(b'"1"', b'"' + odd + b'"', 1),
        text.replace(b"<", b"<x:", 1),
        b"",
        None,
    ]
    if (new := chance.choice(changed)) is not None:
        members[name] = new
    file = BytesIO()
    make.xlsx(file, members)
    return file.getvalue()
