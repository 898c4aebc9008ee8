"""Texts that spreadsheets, XML or databases have stumbled over, made from a seed."""

import random

FORMULAS = [
    *("=1+1", "=1+1+cmd|' /C calc'!A0", '=HYPERLINK("http://x.invalid","看")', "=A1", "==", "="),
    *("+1", "+86 138", "-1", "-2+3", "--", "@SUM(1)", "@", "|calc", "%0A=1", "\t=1+1", "\r=1+1"),
    *("＝1+1", "＋1", "－1", "＠1", " =1+1", "'=1+1", "''", '"=1+1"', ";=1", ",=1", "\n=1+1"),
    *("=cmd|'/C x'!A1", "=IMPORTXML(1)", "=WEBSERVICE(1)", "=DDE(1)", "{=1}", "=-1", "=+@", "=\t"),
]
MARKUP = [
    *("<v>1</v>", "</t></is></c>", "]]>", "<![CDATA[x]]>", "&amp;", "&#10;", "&lt;script&gt;"),
    *("<!--x-->", "<?xml?>", "&", "<", ">", '"', "'", "xml:space", "<t xml:space='preserve'>"),
]
ESCAPES = [
    *("_x0041_", "_x005F_", "_x005F_x0041_", "_x0000_", "_xD800_", "_x00", "_x0041", "_", "__"),
    *("x0041_", "_X0041_", "_x004G_", "_x00e9_", "_x005f_", "_x_x0041_", "__x0041_", "_x0041__"),
]
ODD = [
    *(" 前", "后 ", "  ", "a  b", "a\nb", "a\r\nb", "a\rb", "a\tb", "\u3000", "\u00a0", "\u200b"),
    *(
        "\ufeffx",
        "\u202eabc",
        "e\u0301",
        "\u00e9",
        "😀",
        "👨‍👩‍👧",
        "𠮷",
        "\ue000",
        "\uffff",
        "\ufffe",
    ),
    *("0101", "00", "1e5", "1E400", "NaN", "inf", "TRUE", "#N/A", "#REF!", "2018-12-31", "1/2"),
    *("null", "None", "undefined", "N/A", "-", "0x10", "１２３", "٣", "Ω", "ß", "İ", "ǅ", "'; --"),
    *("%s%n", "{}", "{{ 7*7 }}", "{% x %}", "${7}", "../..", "C:\\", "\\", "\\0", "CON", "🇨🇳"),
]
CONTROLS = [chr(code) for code in (*range(1, 32), 127, *range(128, 160))]
SURROGATES = ["\ud800", "\udfff", "a\ud83d", "\ude00b", "\ude00\ud83d", "_xD800_\ud800", "\udc80=1"]
BEYOND = ["\x00", "a\x00b", "\x00=1"]  # PostgreSQL holds neither these nor half a surrogate pair


def storable() -> list[str]:
    """At least 600 different texts of 1 to 40 characters that a column of the database can hold."""
    chance = random.Random(20261122)
    known = [*FORMULAS, *MARKUP, *ESCAPES, *ODD, *CONTROLS, *(f"a{c}b" for c in CONTROLS)]
    texts = dict.fromkeys(known)
    while len(texts) < 700:
        parts = chance.choices(known, k=chance.randint(2, 4))
        texts["".join(parts)[: chance.randint(2, 40)]] = None
    return list(texts)


def every() -> list[str]:
    """And those that only a workbook can hold."""
    return [*storable(), *SURROGATES, *BEYOND]
