"""Keys that sort as people expect: 2 before 10, letters before Chinese, Chinese by pinyin.

They are stored, because the embedded PostgreSQL has no Chinese collation. Columns that hold them
are compared by code point (collation "C").
"""

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from haina.lib.text import tidy

NUMBER = re.compile(r"(\d+)")
RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
DIGITS_OF_LENGTH = 2  # "10" becomes "0210": its length, then its digits
LONGEST = 200
REMEMBERED = 50_000  # names repeat, and each takes longer than all else that an import does to it


@lru_cache(maxsize=REMEMBERED)
def natural_key(text: str) -> str:
    """1 < 2 < 10 < A < A座 < B < 东 < 西. Equal for texts that differ in width, case or leading
    zeros only, and for Chinese that sounds the same: lists break such ties by pk."""
    parts = NUMBER.split(tidy(text).casefold())
    return "".join(number_key(part) if part.isdecimal() else part_key(part) for part in parts)[
        :LONGEST
    ]


def number_key(digits: str) -> str:
    bare = digits.lstrip("0") or "0"
    return f"{min(len(bare), 99):0{DIGITS_OF_LENGTH}d}{bare}"


def part_key(text: str) -> str:
    return "".join(run if run.isascii() else pinyin_key(run) for run in RUNS.findall(text))


@lru_cache(maxsize=REMEMBERED)
def pinyin_key(text: str) -> str:
    return "".join(f"~{syllable}" for syllable in lazy_pinyin(text, style=Style.TONE3))
