"""Addresses as people write them: A栋1单元101, A-1-101, 腾讯小区 A 1 101.

Pure. A level has a word of its own, and a name may hold that word (A栋) or not (A): so the words
are left out of what is searched, and may stand behind each name that is found.
"""

import re

RUNS = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+", re.I)
WORDS = re.compile(r"号楼|房间号|房间|单元|[栋幢座楼层室号房]")
REST = "[^ 0-9a-z]*"  # behind a letter or digit: the word of its level


def pieces_of(text: str) -> list[str]:
    """The names in an address, without the words for their levels."""
    return [piece for run in RUNS.findall(text) if (piece := without_word(run))]


def without_word(run: str) -> str:
    return "" if WORDS.fullmatch(run) else run


def pattern_of(text: str) -> str:
    """A regular expression for community and address, "" for what is no address of several names.
    The last name may be the beginning of one."""
    first, *rest = pieces_of(text) or [""]
    if not rest:
        return ""
    pattern, before = f"(^| ){first}", first
    for piece in rest:
        joins = " ?" if not (before.isascii() and piece.isascii()) else " "
        pattern += f"{REST}{joins}{piece}"
        before = piece
    return pattern
