"""导出楼层结构: every room of a community with the ids on the way to it. The headings are the
guide's and a file format, so they are not translated."""

from collections.abc import Iterator
from pathlib import Path

from communities.models import BuildingNode, Community
from haina.sheets.writer import Column, write_workbook

COMMUNITY_ID, COMMUNITY_NAME, ROOM_ID = "小区Id", "小区名称", "房间Id"


def file_name(community: Community) -> str:
    """腾讯小区楼层结构.xlsx."""
    return f"{community.name}楼层结构.xlsx"


def write_structure(path: Path, community: Community) -> int:
    """Write the workbook; the number of its rows."""
    columns = [
        Column(COMMUNITY_ID, width=36),
        Column(COMMUNITY_NAME, width=20),
        *(Column(name) for name in community.levels),
        Column(ROOM_ID, width=28),
    ]
    rows = structure_rows(community)
    return write_workbook(path, title=community.name, columns=columns, rows=rows)


def structure_rows(community: Community) -> Iterator[list[str]]:
    """The rooms in the order of addresses, and where a branch has none yet, its deepest nodes:
    those leave the levels below them and 房间Id empty."""
    way: list[tuple[int, str]] = []
    for pk, name, level, is_leaf in leaves_and_their_ways(community):
        del way[level - 1 :]
        way.append((pk, name))
        if is_leaf:
            blanks = [""] * (community.depth - level)
            names = [name for _, name in way]
            yield [community.public_id, community.name, *names, *blanks, room_id(way, community)]


def leaves_and_their_ways(community: Community) -> Iterator[tuple[int, str, int, bool]]:
    nodes = BuildingNode.objects.filter(tree_id=community.pk, level__gt=0).order_by("lft")
    columns = nodes.values_list("pk", "name", "level", "lft", "rght")
    for pk, name, level, lft, rght in columns.iterator(chunk_size=5000):
        yield pk, name, level, rght - lft == 1


def room_id(way: list[tuple[int, str]], community: Community) -> str:
    """-64839-384383-2727565-, as the guide prints it."""
    if len(way) < community.depth:
        return ""
    return "-" + "".join(f"{pk}-" for pk, _ in way)
