"""Followers, and how many there are of each kind.

What we want and what WeChat is known to hold stand side by side (`remark` and `remark_there`, ...):
where they differ there is something to push, and nothing disagrees silently.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Right, Upper
from django.utils.translation import gettext_lazy as _

from followers.pieces import Pieces
from followers.tallies import CAME, LEFT, tally
from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet

REMARK_LENGTH = 29  # characters that the guide's box takes
REMARK_BYTES = 29  # that WeChat takes

# Follower.groups: tags by their pk, and these
EVERYBODY, STARRED, BLOCKED, GONE = 0, -1, -2, -3

GROUPS = Func(
    template="""
        CASE WHEN blocked THEN ARRAY[-2] WHEN NOT subscribed THEN ARRAY[-3]
        ELSE CASE WHEN starred THEN ARRAY[0, -1] ELSE ARRAY[0] END || tag_ids END
    """,
    output_field=ArrayField(models.IntegerField()),
)


def ids() -> ArrayField:
    """Pks of tags."""
    return ArrayField(models.IntegerField(), default=list, db_default=[], editable=False)


def latest_first(name: str, *beside: str, **condition) -> models.Index:
    """For a list of some of an account's followers, in the order of `for_list`."""
    order = F("subscribed_at").desc(nulls_last=True), F("id").desc()
    return models.Index(F("account"), *map(F, beside), *order, condition=Q(**condition), name=name)


class FollowerQuerySet(OfAccountQuerySet):
    def for_list(self):
        """Who followed last comes first; of whom that is not known yet, at the end."""
        return self.order_by(F("subscribed_at").desc(nulls_last=True), "-pk")


class Follower(models.Model):
    """微信关注用户: an openid that follows the account, or did."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    openid = models.CharField(max_length=64, editable=False)
    subscribed = models.BooleanField(_("已关注"), db_default=True, editable=False)
    subscribed_at = models.DateTimeField(_("关注时间"), null=True, editable=False)
    unsubscribed_at = models.DateTimeField(_("取消关注时间"), null=True, editable=False)
    # When WeChat sent the latest event of following or leaving that was applied: an older one that
    # comes late changes nothing.
    event_at = models.DateTimeField(null=True, editable=False)
    # Since when we know what WeChat holds of this one: an answer to an earlier question is old.
    known_at = models.DateTimeField(null=True, editable=False)
    to_ask = models.BooleanField(db_default=True, editable=False)  # WeChat, for what it holds

    # WeChat's profile data: dropped when somebody leaves
    unionid = models.CharField(max_length=64, blank=True, db_default="", editable=False)
    nickname = models.CharField(_("昵称"), max_length=64, blank=True, db_default="", editable=False)
    scene = models.CharField(
        _("关注来源"), max_length=40, blank=True, db_default="", editable=False
    )
    qr_scene = models.CharField(max_length=64, blank=True, db_default="", editable=False)

    # Ours, and what WeChat holds of it
    starred = models.BooleanField(_("星标"), db_default=False)
    remark = models.CharField(_("备注名称"), max_length=60, blank=True, db_default="")
    remark_there = models.CharField(max_length=60, blank=True, db_default="", editable=False)
    blocked = models.BooleanField(_("黑名单"), db_default=False)
    blocked_there = models.BooleanField(db_default=False, editable=False)
    tag_ids = ids()
    tag_ids_there = ids()
    to_push = models.BooleanField(_("待同步"), db_default=False, editable=False)
    push_fault = models.IntegerField(null=True, editable=False)  # WeChat's errcode, when refused

    groups = models.GeneratedField(
        expression=GROUPS, output_field=ArrayField(models.IntegerField()), db_persist=True
    )

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("微信关注用户")
        constraints = [models.UniqueConstraint(fields=["account", "openid"], name="follower_once")]
        indexes = [
            latest_first("follower_list", subscribed=True, blocked=False),
            latest_first("follower_starred", subscribed=True, blocked=False, starred=True),
            latest_first("follower_blocked", blocked=True),
            latest_first("follower_gone", subscribed=False, blocked=False),
            latest_first("follower_by_scene", "scene", subscribed=True, blocked=False),
            # What is searched: the few who have a name, and the end of the openid.
            GinIndex(
                Pieces(Upper(F("remark"))),
                condition=Q(remark__gt=""),
                fastupdate=False,
                name="follower_remark_pieces",
            ),
            GinIndex(
                Pieces(Upper(F("nickname"))),
                condition=Q(nickname__gt=""),
                fastupdate=False,
                name="follower_nickname_pieces",
            ),
            models.Index(F("account"), Right("openid", 4), name="follower_by_tail"),
            models.Index(
                fields=["account", "id"], condition=Q(to_push=True), name="follower_to_push"
            ),
            models.Index(
                fields=["account", "id"], condition=Q(to_ask=True), name="follower_to_ask"
            ),
            GinIndex(fields=["groups"], name="follower_groups"),
        ]
        triggers = [
            tally("INSERT", CAME),
            tally("UPDATE", f"{LEFT} UNION ALL {CAME}"),
            tally("DELETE", LEFT),
        ]

    def __str__(self):
        return f"{_('微信关注用户')} #{self.pk}"

    @property
    def remark_is_local(self) -> bool:
        """仅本地: WeChat takes no remark of so many bytes."""
        return len(self.remark.encode()) > REMARK_BYTES


class Tally(models.Model):
    """How many followers of an account are in a group. Written by the triggers of Follower only."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    kind = models.IntegerField()
    number = models.BigIntegerField()

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="tally_once")]

    def __str__(self):
        return f"{self.kind}: {self.number}"
