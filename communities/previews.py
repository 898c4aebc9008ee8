"""What a batch of names would add below a node, before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from communities.models import BuildingNode, Community
from communities.ranges import Batch, sample


@dataclass(frozen=True)
class LevelPreview:
    """One level of a batch: 单元, 36 nodes, of which 2 are there already."""

    label: str
    sample: str
    total: int
    existing: int

    @property
    def new(self) -> int:
        return self.total - self.existing


@dataclass(frozen=True)
class Preview:
    levels: Sequence[LevelPreview]
    first: str
    last: str
    digest: str

    @property
    def new(self) -> int:
        return sum(level.new for level in self.levels)


def preview_of(batch: Batch, parent: BuildingNode, community: Community) -> Preview:
    labels = community.levels[parent.level :]
    existing = existing_on_each_level(batch, parent)
    levels = [
        LevelPreview(label, sample(names), total, there)
        for label, names, total, there in zip(
            labels, batch.names, batch.counts, existing, strict=False
        )
    ]
    first, last = (
        " ".join([parent.address, *(names[end] for names in batch.names)]).strip()
        for end in (0, -1)
    )
    return Preview(levels, first, last, batch.digest)


def existing_on_each_level(batch: Batch, parent: BuildingNode) -> list[int]:
    """One query for each level: whose parents are there, is there if its name is in the batch."""
    parents, existing = {parent.pk}, []
    for depth, names in enumerate(batch.names, 1):
        nodes = BuildingNode.objects.inside(parent).filter(level=parent.level + depth)
        rows = nodes.filter(name__in=names).values_list("pk", "parent_id")
        parents = {pk for pk, above in rows if above in parents}
        existing.append(len(parents))
    return existing
