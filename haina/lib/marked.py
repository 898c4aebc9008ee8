"""What is marked for translation in our own sources, found without gettext's tools. Chinese has no
plural, and the English is written so that it needs none ("Unfinished jobs: 3")."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

FUNCTIONS = frozenset({"_", "gettext", "gettext_lazy"})
QUOTED = r"""("[^"]*"|'[^']*')"""
INLINE = re.compile(rf"^translate\s+{QUOTED}")
IN_EXPRESSION = re.compile(rf"_\({QUOTED}\)")


@dataclass(frozen=True)
class Marked:
    text: str
    path: Path
    line: int

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(settings.BASE_DIR)}:{self.line}"


def python_sources() -> Iterator[Path]:
    """Of our apps, less the sandbox, which is Chinese as what it stands in for."""
    packages = {app.name.partition(".")[0] for app in apps.get_app_configs()}
    for package in sorted(packages):  # others' are in no folder of ours
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            if not {"sandbox", "migrations"} & set(path.parts):
                yield path


def template_sources() -> list[Path]:
    return sorted((settings.BASE_DIR / "templates").rglob("*.html"))


def everything_marked() -> list[Marked]:
    found = [each for path in python_sources() for each in marked_in_python(path)]
    return found + [each for path in template_sources() for each in marked_in_template(path)]


def marked_in_python(path: Path) -> Iterator[Marked]:
    for node in ast.walk(ast.parse(path.read_text())):
        if is_marking(node) and (text := text_of(node.args[0])) is not None:
            yield Marked(text, path, node.lineno)


def is_marking(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS


def text_of(node: ast.AST) -> str | None:
    """Of a literal; the joined parts of one over several lines are one constant already."""
    return node.value if isinstance(node, ast.Constant) else None


def marked_in_template(path: Path) -> Iterator[Marked]:
    tokens = iter(Lexer(path.read_text()).tokenize())
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            continue
        if token.token_type == TokenType.BLOCK and token.contents.startswith("blocktranslate"):
            yield Marked(block_of(token, tokens), path, token.lineno)
        elif found := INLINE.match(token.contents):
            yield Marked(found[1][1:-1], path, token.lineno)
        for found in IN_EXPRESSION.finditer(token.contents):
            yield Marked(found[1][1:-1], path, token.lineno)


def block_of(begin: Token, tokens: Iterator[Token]) -> str:
    """The text up to endblocktranslate, as Django looks it up."""
    text = ""
    for token in tokens:
        if token.token_type == TokenType.VAR:
            text += f"%({token.contents})s"
        elif token.token_type == TokenType.TEXT:
            text += token.contents.replace("%", "%%")
        else:
            break
    return trim_whitespace(text) if "trimmed" in begin.split_contents() else text
