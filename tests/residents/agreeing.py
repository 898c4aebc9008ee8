"""Bulk acts ask first: this answers as the question's own form would."""

from lxml import html

HTMX = {"HX-Request": "true"}


def question(client, address, posted):
    """The hidden fields of the form that asks."""
    form = html.fromstring(client.post(address, posted, headers=HTMX).content.decode())
    return {
        name: form.xpath(f"string(//input[@name='{name}']/@value)") for name in ("agreed", "once")
    }


def agree_to(client, address, posted):
    return client.post(address, posted | question(client, address, posted))
