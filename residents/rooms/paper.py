"""A map on one sheet of A4: upright or not, and how small its cells must be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from residents.rooms.layout import Section

UPRIGHT, LYING = (194, 245), (281, 160)  # mm within the margins, below the title and the legend
CELL = (13, 6)  # mm, of the largest
STEPS = (1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)  # of that size; map-print.css has a class for each


@dataclass(frozen=True)
class Paper:
    is_upright: bool
    step: int


def paper_for(sections: Sequence[Section]) -> Paper:
    """Whatever lets the cells be largest; sections may stand in several rows."""
    upright, lying = (largest(sections, *sheet) for sheet in (UPRIGHT, LYING))
    size = max(upright, lying)
    step = next((number for number, each in enumerate(STEPS) if each <= size), len(STEPS) - 1)
    return Paper(upright > lying, step)


def largest(sections: Sequence[Section], width: int, height: int) -> float:
    """How large the cells may be on such a sheet."""
    columns = max(section.width + 1 for section in sections)
    floors = max(len(section.floors) + 2 for section in sections)
    return max(
        min(
            width / (ceil(len(sections) / rows) * columns * CELL[0]),
            height / (rows * floors * CELL[1]),
        )
        for rows in range(1, len(sections) + 1)
    )
