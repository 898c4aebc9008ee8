"""Templates parse, stay in size, and hold nothing that the content policy would refuse."""

import re

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
POLLS = re.compile(r"""<\w[^<]*hx-trigger="[^"]*\bevery\b[^<]*""")
SIGNING_IN = "templates/accounts/scan.html"  # where nobody has signed in yet

each_template = pytest.mark.parametrize("path", templates(), ids=short)
the_sandboxes_too = [*templates(), *templates_of_the_sandbox()]
each_template_at_all = pytest.mark.parametrize("path", the_sandboxes_too, ids=short)


@each_template
def test_it_parses(path):
    try:
        get_template(str(path.relative_to(ROOT / "templates")))
    except (TemplateSyntaxError, TemplateDoesNotExist) as error:
        pytest.fail(f"{short(path)}: {error}")


@each_template_at_all
def test_it_is_short(path):
    assert len(path.read_text().splitlines()) <= MOST_LINES


@each_template_at_all
def test_the_policy_refuses_nothing_of_it(path):
    text = path.read_text()

    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


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
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]


ISOLATED = re.compile(r"""\{% include "([^"]+)"([^%]*)\bonly %\}""")


@each_template
def test_a_form_that_is_included_alone_is_given_its_token(path):
    """`only` keeps the token back, and then the form would be refused."""
    for name, given in ISOLATED.findall(path.read_text()):
        if "{% csrf_token %}" in (ROOT / "templates" / name).read_text():
            assert "csrf_token=csrf_token" in given, name


@each_template
def test_what_a_page_asks_again_and_again_is_nobodys_activity(path):
    """Else an open page keeps a sign-in that nobody uses."""
    asking = POLLS.findall(path.read_text()) if short(path) != SIGNING_IN else []

    assert [tag for tag in asking if "X-Watching" not in tag] == []
