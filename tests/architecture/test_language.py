"""Every text of a screen is marked for translation, and has its English.

`bin/manage catalogue` adds to locale/en/LC_MESSAGES/django.po what is marked and missing there, and
drops what is unused; the English is for people to write.
"""

import ast
import re
from collections.abc import Iterator

import pytest
from django.template.base import Lexer, Token, TokenType

from haina.lib.catalogue import english, path_of, read
from haina.lib.marked import (
    FUNCTIONS,
    IN_EXPRESSION,
    INLINE,
    everything_marked,
    python_sources,
    template_sources,
)
from tests.architecture.chinese import DATA, OWN_NAME, QUOTES, WORDS
from tests.architecture.sources import ROOT, short, tree_of

CHINESE = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff，。；：、！？（）]+")
# Chinese in English: in brackets, or the text of an SMS that Tencent has to approve
QUOTED = re.compile(r"\([^()<>]*\)|Content: [^<]*")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
CATALOGUE = path_of("en")
REFRESH = "run `bin/manage catalogue`, then write the English of what it lists"
MARK = "mark it: _() in Python, {% translate %} in a template; or say here which data it is"


@pytest.fixture(scope="module")
def catalogue() -> dict[str, str]:
    return english(read(CATALOGUE))


def test_python_marks_what_is_chinese():
    bare = [
        f"{short(path)}:{line}: {text!r}"
        for path in python_sources()
        if not any(place in short(path) for place in DATA)
        for line, text in unmarked_in(tree_of(path))
        if set(CHINESE.findall(text)) - WORDS.get(short(path), set())
    ]

    assert bare == [], MARK


def unmarked_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    passed_over = {id(node) for node in nodes_that_may(tree)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and CHINESE.search(node.value) and id(node) not in passed_over:
            yield node.lineno, node.value


def nodes_that_may(tree: ast.Module) -> Iterator[ast.AST]:
    """Docstrings, and whatever stands inside of a call that marks it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS:
            yield from ast.walk(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def test_templates_mark_what_is_chinese():
    bare = [
        f"{short(path)}:{token.lineno}: {text.strip()!r}"
        for path in template_sources()
        for token, text in shown_in(path.read_text())
        if CHINESE.search(text.replace(OWN_NAME, ""))
    ]

    assert bare == [], MARK


def shown_in(source: str) -> Iterator[tuple[Token, str]]:
    """Every part of a template with what of it is not marked; comments are nobody's to read."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type == TokenType.BLOCK and (end := end_of(token)):
            while next(tokens).contents != end:
                pass
        elif token.token_type == TokenType.TEXT:
            yield token, token.contents
        elif token.token_type != TokenType.COMMENT:
            yield token, IN_EXPRESSION.sub("", INLINE.sub("", token.contents))


def end_of(token: Token) -> str:
    """What ends a part whose text is none of its own."""
    name = token.contents.split()[0]
    return f"end{name}" if name in {"comment", "blocktranslate"} else ""


def test_scripts_hold_no_text():
    comments = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
    bare = [
        f"{short(path)}: {text}"
        for path in sorted((ROOT / "static/js").glob("*.js"))
        for text in CHINESE.findall(comments.sub("", path.read_text()))
    ]

    assert bare == [], "put it into a data- attribute of the template, marked"


def test_whatever_is_marked_stands_in_the_catalogue(catalogue):
    marked = everything_marked()

    missing = [f"{each.place}: {each.text}" for each in marked if each.text not in catalogue]
    assert missing == [], REFRESH


def test_whatever_stands_in_the_catalogue_is_marked(catalogue):
    assert catalogue.keys() - {each.text for each in everything_marked()} == set(), REFRESH


def test_everything_has_its_english(catalogue):
    assert [text for text, told in catalogue.items() if not told.strip()] == [], CATALOGUE


def test_english_fills_in_the_same(catalogue):
    differs = [
        (text, told)
        for text, told in catalogue.items()
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(told))
    ]

    assert differs == []


def test_english_quotes_chinese_in_brackets_only(catalogue):
    """Menus of Tencent's, headings and cells of a workbook are there to be found as they are."""
    chinese = {text for text, told in catalogue.items() if HAN.search(QUOTED.sub("", told))}

    assert chinese == QUOTES


def test_the_catalogue_is_sorted_and_has_nothing_unsure():
    messages = [message for message in read(CATALOGUE) if message.id]
    source = CATALOGUE.read_text()

    assert [message.id for message in messages] == sorted(message.id for message in messages)
    assert [message.id for message in messages if message.fuzzy] == []
    assert "#:" not in source
    assert "#~" not in source
