"""An icon of the menu without a rule of its own would be a black square."""

from django.conf import settings

from haina.accounts.navigation import GROUPS


def test_every_tab_has_a_picture():
    rules = (settings.BASE_DIR / "static/css/icons.css").read_text()
    icons = {tab.icon for _label, tabs in GROUPS for tab in tabs}

    assert {icon for icon in icons if f".icon-{icon} {{" not in rules} == set()
