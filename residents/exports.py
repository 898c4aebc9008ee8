"""导出住户信息: the template's columns with everybody in them, and beside them what an import
passes over. A column that the rights hide is not there."""

from collections.abc import Iterator
from pathlib import Path

from django.db.models import TextChoices, TextField
from django.db.models.functions import Cast

from communities.exports import room_id
from communities.models import BuildingNode, Community
from haina.accounts.permissions import Rights
from haina.lib.masking import national
from haina.sheets.writer import Column, Group, write_workbook
from residents.imports import columns
from residents.imports.template import layout_columns, workbook_name
from residents.models import Resident, ResidentQuerySet

FIELD_OF = {
    columns.NAME: "name",
    columns.GENDER: "gender",
    columns.IDENTITY: "identity",
    columns.LEASE_END: "identity",  # the right to the identity covers the end of the lease
    columns.PHONE: "phone",
    columns.ID_NUMBER: "id_number",
}
FIELDS = (
    *("room_id", "name", "gender", "identity", "lease_ends_on", "number", "id_number"),
    "verification",
)


def file_name(node: BuildingNode) -> str:
    """腾讯小区A 1住户信息.xlsx: the community, and the part of it that was chosen."""
    return workbook_name(f"{node.community.name}{node.address}")


def place_for(node: BuildingNode, rights: Rights) -> BuildingNode:
    """The node, or its whole community for whom a part of it would tell who lives where."""
    if "address" not in rights.hidden_fields:
        return node
    roots = BuildingNode.objects.select_related("community")
    return roots.root_of(node.community)


def write_residents(
    path: Path,
    node: BuildingNode,
    *,
    rights: Rights,
    residents: ResidentQuerySet | None = None,
) -> int:
    """Write the residents of a node and of all below it, or some of them, in the order of addresses
    unless these are hidden; how many. Called inside one_moment(), in which the node was read."""
    shown = shown_columns(node.community, rights)
    keep = [heading for group in shown for heading in group.columns]
    headings = [column.heading for column in keep]
    rows = (
        [row[heading] for heading in headings] for row in resident_rows(node, rights, residents)
    )
    return write_workbook(path, title="住户信息", columns=shown, rows=rows)


def shown_columns(community: Community, rights: Rights) -> list[Group]:
    hidden = rights.hidden_fields
    groups = [
        Group(group.heading, tuple(column for column in group.columns if seen(column, hidden)))
        for group in layout_columns(community)
    ]
    if "address" in hidden:  # who lives here, but not where
        groups[-1] = Group(groups[-1].heading, groups[-1].columns[:1])
    beside = [Column(columns.STATE, width=12)]
    if "address" not in hidden:
        beside.append(Column(columns.ROOM_ID, width=28))
    groups.append(Group("系统信息 (导入时忽略)", tuple(beside)))
    return [group for group in groups if group.columns]


def seen(column: Column, hidden: frozenset[str]) -> bool:
    return FIELD_OF.get(column.heading) not in hidden


def resident_rows(
    node: BuildingNode, rights: Rights, residents: ResidentQuerySet | None = None
) -> Iterator[dict[str, str]]:
    """One row a resident, by heading, streamed from the database."""
    places = places_below(node)
    genders, identities, states = (
        texts_of(kind) for kind in (Resident.Gender, Resident.Identity, Resident.Verification)
    )
    order = ("pk",) if "address" in rights.hidden_fields else ("room__lft", "pk")
    # As text: the field would parse each phone, which takes longer than all the rest.
    residents = Resident.objects.living_in(node) if residents is None else residents
    numbered = residents.annotate(number=Cast("phone", TextField()))
    rows = numbered.order_by(*order).values_list(*FIELDS)
    for room, name, gender, identity, lease_end, phone, id_number, state in rows.iterator(
        chunk_size=2000
    ):
        yield {
            columns.NAME: name,
            columns.GENDER: genders[gender],
            columns.IDENTITY: identities[identity],
            columns.LEASE_END: str(lease_end or ""),
            columns.PHONE: national(phone),
            columns.ID_NUMBER: id_number,
            columns.STATE: states[state],
            **places[room],
        }


def texts_of(choices: type[TextChoices]) -> dict[str, str]:
    return {"": "", **{value: str(label) for value, label in choices.choices}}


def places_below(node: BuildingNode) -> dict[int, dict[str, str]]:
    """The cells that tell where a room is, for every room in a part of the tree, by its pk."""
    community = node.community
    above = [(n.pk, n.name) for n in BuildingNode.objects.above(node) if n.level > 0 and n != node]
    places, way = {}, above
    nodes = BuildingNode.objects.inside(node).filter(level__gt=0).order_by("lft")
    for pk, name, level in nodes.values_list("pk", "name", "level").iterator(chunk_size=5000):
        way = [*way[: level - 1], (pk, name)]
        if level == community.depth:
            names = zip(community.levels, (name for _pk, name in way), strict=True)
            room = room_id(way, community)
            places[pk] = {columns.COMMUNITY: community.name, **dict(names), columns.ROOM_ID: room}
    return places
