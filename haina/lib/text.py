"""What people type, made comparable."""

import re
import unicodedata

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
SPACES = re.compile(r"\s+")


def half_width(text: str) -> str:
    """Full-width letters, digits, brackets and spaces become half-width; the rest stays."""
    return "".join(
        chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else " " if char == "\u3000" else char
        for char in text
    )


def without_controls(text: str) -> str:
    """Drops NUL and its kin, zero-width and direction marks, and half surrogate pairs."""
    return CONTROL.sub("", text).encode("utf-8", "ignore").decode("utf-8")


def tidy(text: str) -> str:
    """One line: no control characters, half-width, single spaces, none at the ends; NFC."""
    text = unicodedata.normalize("NFC", half_width(without_controls(text)))
    return SPACES.sub(" ", text).strip()


def compact(text: str) -> str:
    """Like tidy, with no spaces at all."""
    return tidy(text).replace(" ", "")
