"""Every combination of sections, levels and fields gives exactly what was granted: each section by
its own level, whatever the others are, and each field of a resident by its own."""

from itertools import combinations, product

import pytest

from haina.accounts.models import Grant
from haina.accounts.permissions import (
    ANY_ADMINISTRATOR,
    ANY_SECTION,
    Level,
    ResidentField,
    Right,
    Rights,
    Section,
)
from tests import make
from tests.architecture.access_table import ACCOUNT, CONSOLE
from tests.architecture.manual import rows
from tests.architecture.world import address, client_of

LEVELS = tuple(Level)
PAGES = [  # those that need no row
    path
    for path, access in CONSOLE.items()
    if access.need.section and "GET" in access.methods and not access.names
]


def every_combination(names) -> list[dict]:
    return [dict(zip(names, levels, strict=True)) for levels in product(LEVELS, repeat=len(names))]


def test_each_right_is_covered_by_its_own_level_in_every_combination():
    granted = every_combination(list(Section))

    wrong = [
        (sections, section, level)
        for sections in granted
        for section in Section
        for level in LEVELS
        if Rights(sections=sections).cover(Right(section, level)) != (sections[section] >= level)
    ]

    assert len(granted) == 729
    assert wrong == []


@pytest.mark.parametrize("sections", [{}, dict.fromkeys(Section, Level.MANAGE)])
def test_each_field_is_bound_by_its_own_level_in_every_combination(sections):
    for fields in every_combination(list(ResidentField.values)):
        rights = Rights(sections=sections, fields=fields)
        assert rights.hidden_fields == {name for name in fields if fields[name] < Level.VIEW}
        assert rights.locked_fields == {name for name in fields if fields[name] < Level.MANAGE}
        all_managed = set(fields.values()) == {Level.MANAGE}
        assert rights.write_every_field == bool(sections and all_managed)


FIRST = "the account's first page"


def opened(right: Right) -> set[str]:
    """How the addresses begin of all that a right opens."""
    paths = [path for path, access in CONSOLE.items() if access.need in {right, right.everywhere}]
    return {path.split("/")[0] or FIRST for path in paths}


def named(cell: str) -> set[str]:
    return {name.strip("` ") for name in cell.split(",") if name}


def test_the_handbook_says_what_each_right_opens():
    told = {
        name.strip("`"): (word, named(view), named(manage))
        for name, word, view, manage, _is in rows("docs/security.md", "Who may see what")
    }

    there = {each.value: (each.label, opened(each.view), opened(each.manage)) for each in Section}
    there["any of these"] = ("", opened(ANY_SECTION), set())
    there["a place in the account"] = ("", opened(ANY_ADMINISTRATOR), set())
    there |= {each.value: (each.label, set(), set()) for each in ResidentField}
    assert list(told.items()) == list(there.items())


def grant(operator, **levels) -> None:
    """What somebody is granted from the next request on; the rest stays."""
    for name, level in levels.items():
        kind = "section" if name in Section.values else "field"
        Grant.objects.update_or_create(
            administrator=operator, **{kind: name}, defaults={"level": level}
        )


@pytest.mark.parametrize("section", Section)
def test_a_page_opens_by_the_level_of_its_section_alone(account, community, section):
    operator = make.operator(account)
    client, wrong, asked = client_of(operator), [], 0
    pages = [path for path in PAGES if CONSOLE[path].need.section == section]
    for others, level in product(LEVELS, LEVELS):
        grant(operator, **dict.fromkeys(Section.values, others) | {section.value: level})
        for path in pages:
            url = address(ACCOUNT + path, {"account": "fengniao"})
            refused = client.get(url).status_code == 403
            asked += 1
            if refused != (level < CONSOLE[path].need.level):
                wrong.append((path, level, others))

    assert asked >= 9
    assert wrong == []


def every_two_together() -> list[dict]:
    """27 combinations in which any two fields have every two levels."""
    fields = ResidentField.values
    return [
        dict(zip(fields, (a, b, c, (a + b) % 3, (a + c) % 3, (b + c) % 3), strict=True))
        for a, b, c in product(LEVELS, repeat=3)
    ]


def test_every_two_levels_of_every_two_fields_are_among_them():
    told = every_two_together()

    for one, other in combinations(ResidentField.values, 2):
        assert len({(fields[one], fields[other]) for fields in told}) == 9


def test_the_form_of_a_resident_obeys_every_two_fields_together(account, community):
    resident = make.resident(community, id_number="E77665544")
    operator = make.operator(account, sections={Section.RESIDENTS: Level.MANAGE})
    client, page = client_of(operator), f"/fengniao/residents/{resident.pk}/edit/"
    for fields in every_two_together():
        grant(operator, **fields)
        shown = client.get(page).context["form"].fields
        changeable = {name for name in fields if name in shown and not shown[name].disabled}
        assert {name for name in fields if name in shown} == {n for n in fields if fields[n]}
        assert changeable == {name for name in fields if fields[name] == Level.MANAGE}
