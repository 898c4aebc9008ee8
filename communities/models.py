import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey
from mptt.querysets import TreeQuerySet

from haina.accounts.models import Administrator, ServiceAccount
from haina.accounts.scope import ScopedQuerySet

MOST_LEVELS = 8
NAME_LENGTH = 40


class CommunityQuerySet(ScopedQuerySet):
    account_path = "account"
    community_path = "pk"

    def matching(self, text: str):
        return self.filter(name__icontains=text) if text else self

    def for_list(self):
        return self.order_by("name_key", "pk")


def new_public_id() -> str:
    return uuid.uuid4().hex


class Community(models.Model):
    """小区: buildings of one kind, with their own named levels (栋, 单元, 房间号 ...)."""

    account = models.ForeignKey(ServiceAccount, models.PROTECT, related_name="communities")
    name = models.CharField(_("小区名称"), max_length=NAME_LENGTH)
    name_key = models.CharField(max_length=200, db_collation="C", editable=False)
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    address = models.CharField(_("小区地址"), max_length=120, blank=True)
    phone = models.CharField(_("管理处电话"), max_length=20, blank=True)
    levels = ArrayField(models.CharField(max_length=NAME_LENGTH), verbose_name=_("楼栋结构"))
    owners_review = models.BooleanField(_("是否允许业主审核所属房间住户的申请"), default=False)
    administrators = models.ManyToManyField(
        Administrator, related_name="communities", blank=True, verbose_name=_("管理员")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("小区")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"],
                name="community_name_once_per_account",
                violation_error_message=_("该服务号下已有同名小区，请换一个名称。"),
            ),
            models.CheckConstraint(
                condition=Q(levels__len__range=(1, MOST_LEVELS)),
                name="community_has_1_to_8_levels",
            ),
        ]

    def __str__(self):
        return f"{self.name} #{self.pk}"

    @property
    def depth(self) -> int:
        """The level of rooms in the tree; the root has level 0."""
        return len(self.levels)

    @property
    def building_level(self) -> int:
        """The level of buildings: the one above entrances, where rooms have these."""
        return max(self.depth - 2, min(self.depth - 1, 1))

    @property
    def structure(self) -> str:
        """栋/单元/房间号, as the list shows it."""
        return "/".join(self.levels)


class NodeQuerySet(ScopedQuerySet, TreeQuerySet):
    def root_of(self, community: Community) -> "BuildingNode":
        return self.get(tree_id=community.pk, parent=None)

    def inside(self, node: "BuildingNode"):
        """The node and everything below it."""
        return self.filter(tree_id=node.tree_id, lft__gte=node.lft, rght__lte=node.rght)

    def above(self, node: "BuildingNode"):
        """The way from the root to the node, which is its last."""
        return self.filter(tree_id=node.tree_id, lft__lte=node.lft, rght__gte=node.rght).order_by(
            "lft"
        )

    def below(self, node: "BuildingNode"):
        """The direct children, in the order of addresses."""
        return self.filter(parent=node).order_by("lft")

    def rooms(self):
        """Nodes on the last level of their community."""
        return self.filter(level=F("community__levels__len"))

    def on_each_level(self) -> dict[int, int]:
        """The number of nodes by level."""
        return dict(self.order_by().values_list("level").annotate(number=models.Count("pk")))

    def named(self, text: str):
        """Below the root, with the text in the name, or at the end of the address: "B 1 102"."""
        wanted = Q(name__icontains=text) | Q(address__iendswith=text)
        return self.filter(wanted, level__gt=0).order_by("tree_id", "lft")


class BuildingNode(MPTTModel):
    """楼栋节点: a block, an entrance, a room. The root stands for the community. Written only by
    communities/tree.py, which holds the community's lock; `tree_id` is the community's pk."""

    # No indexes of their own: those below begin with them, and an import pays for each.
    community = models.ForeignKey(Community, models.CASCADE, related_name="nodes", db_index=False)
    parent = TreeForeignKey(
        "self", models.CASCADE, null=True, related_name="children", db_index=False
    )
    name = models.CharField(_("名称"), max_length=NAME_LENGTH)
    sort_key = models.CharField(max_length=200, db_collation="C")
    # The names from below the root to here, "B 1 102": read in every list, so kept with the node.
    address = models.CharField(_("住址"), max_length=MOST_LEVELS * (NAME_LENGTH + 1), blank=True)

    objects = TreeManager.from_queryset(NodeQuerySet)()

    class Meta:
        verbose_name = verbose_name_plural = _("楼栋节点")
        indexes = [models.Index(fields=["community", "level", "lft"], name="node_by_level")]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="node_name_once_per_parent"),
            models.UniqueConstraint(
                fields=["community"], condition=Q(parent=None), name="node_one_root_per_community"
            ),
            models.CheckConstraint(
                condition=Q(tree_id=F("community_id")), name="node_tree_is_its_community"
            ),
            models.CheckConstraint(condition=Q(lft__lt=F("rght")), name="node_lft_below_rght"),
        ]

    def __str__(self):
        return f"{self.name} #{self.pk}"

    @property
    def is_root(self) -> bool:
        return self.parent_id is None

    @property
    def has_children(self) -> bool:
        return self.rght - self.lft > 1

    @property
    def may_have_children(self) -> bool:
        """Rooms have none: they are on the last level."""
        return self.level < self.community.depth

    @property
    def level_name(self) -> str:
        """What its level is called: 栋, 单元 or 房间号. Not for the root."""
        return self.community.levels[self.level - 1]

    @property
    def level_below(self) -> str:
        """What its children are called. Not for rooms."""
        return self.community.levels[self.level]

    @property
    def called(self) -> str:
        """As people say it: 3栋, 1单元. A name that is a word stays as it is."""
        is_bare = self.name.isascii() and self.name.isalnum() and not self.is_root
        return f"{self.name}{self.level_name}" if is_bare else self.name
