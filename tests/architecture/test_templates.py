"""Templates parse, stay in size, and hold nothing that the content policy would refuse."""

import re
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

from tests.architecture.sources import ROOT, short, templates, templates_of_the_sandbox

MOST_LINES = 200
FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "an inline style sheet": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "an event handler": re.compile(r"""<[^>{]*\son[a-z]+\s*=\s*["']""", re.I),
    "htmx code": re.compile(r"\bhx-on|\bhx-vals\s*=\s*[\"']js:|\bhx-vars|\bhx-trigger=[^>]*\w\["),
    "a javascript address": re.compile(r"javascript:", re.I),
    "an address elsewhere": re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.I),
    "unescaped text": re.compile(r"\|\s*safe\b|\bautoescape off"),
}
ISOLATED = re.compile(r"""\{% include "([^"]+)"([^%]*)\bonly %\}""")
POLLS = re.compile(r"""<\w[^<]*hx-trigger="[^"]*\bevery\b[^<]*""")
SIGNING_IN = "templates/accounts/scan.html"  # where nobody has signed in yet


def everywhere() -> list[Path]:
    return [*templates(), *templates_of_the_sandbox()]


def found_in(paths, look) -> dict:
    """By template: what `look` finds in it, where that is anything."""
    return {short(path): found for path in paths if (found := look(path))}


def forbidden_in(text: str) -> list[str]:
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]


def test_each_parses():
    def fault_of(path) -> str:
        try:
            get_template(str(path.relative_to(ROOT / "templates")))
        except (TemplateSyntaxError, TemplateDoesNotExist) as error:
            return str(error)
        return ""

    assert found_in(templates(), fault_of) == {}


def test_each_is_short():
    def length_of(path) -> int:
        lines = len(path.read_text().splitlines())
        return lines if lines > MOST_LINES else 0

    assert found_in(everywhere(), length_of) == {}


def test_the_policy_refuses_nothing_of_them():
    assert found_in(everywhere(), lambda path: forbidden_in(path.read_text())) == {}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<STYLE>a{}</STYLE>",
        '<p style="color:red">',
        "<a onclick='x()'>",
        '<a href="javascript:x()">',
        '<img src="//cdn.example/x.png">',
        '<div hx-on:click="x()">',
        "{{ name|safe }}",
    ],
)
def test_the_test_sees_what_it_is_for(text):
    assert forbidden_in(text)


def test_a_form_that_is_included_alone_is_given_its_token():
    """`only` keeps the token back, and then the form would be refused."""

    def refused(path) -> list[str]:
        return [
            name
            for name, given in ISOLATED.findall(path.read_text())
            if "{% csrf_token %}" in (ROOT / "templates" / name).read_text()
            if "csrf_token=csrf_token" not in given
        ]

    assert found_in(templates(), refused) == {}


def test_what_a_page_asks_again_and_again_is_nobodys_activity():
    """Else an open page keeps a sign-in that nobody uses."""

    def counted(path) -> list[str]:
        return [tag for tag in POLLS.findall(path.read_text()) if "X-Watching" not in tag]

    asked = {path for path in templates() if short(path) != SIGNING_IN}
    assert found_in(asked, counted) == {}
