"""Followers, their tags, and how many there are of each kind.

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
from haina.accounts.models import Administrator, ServiceAccount
from haina.accounts.scope import OfAccountQuerySet, ScopedQuerySet

REMARK_LENGTH, TAG_LENGTH = 29, 12  # characters that the guide's boxes take
REMARK_BYTES, TAG_BYTES = 29, 30  # that WeChat takes

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


class ColleagueQuerySet(ScopedQuerySet):
    account_path = "administrator__account"
    community_path = None


class TagQuerySet(OfAccountQuerySet):
    def to_push(self):
        """Those that differ from WeChat's and have not been refused, and those that are there but
        not yet with their followers."""
        size = Func(F("name"), function="octet_length", output_field=models.IntegerField())
        renamed = ~Q(name=F("name_there")) & Q(size__lte=TAG_BYTES)
        differs = (Q(gone=True) | renamed) & Q(push_fault=None)
        return self.alias(size=size).filter(differs | Q(gone=False, to_give=True))


class FollowerQuerySet(OfAccountQuerySet):
    def for_list(self):
        """Who followed last comes first; of whom that is not known yet, at the end."""
        return self.order_by(F("subscribed_at").desc(nulls_last=True), "-pk")


class Tag(models.Model):
    """标签. Without `wechat_id` it is not at WeChat: yet, or for good where WeChat does not take
    its name. `gone` was deleted here and is still to be deleted there."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    name = models.CharField(_("标签名称"), max_length=60)  # WeChat takes longer ones
    name_there = models.CharField(max_length=60, blank=True, editable=False)
    wechat_id = models.PositiveIntegerField(null=True, editable=False)
    gone = models.BooleanField(default=False, editable=False)
    # It came to WeChat a moment ago: whoever has it here is still to be given it there.
    to_give = models.BooleanField(default=False, editable=False)
    push_fault = models.IntegerField(null=True, editable=False)  # WeChat's errcode, when refused

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("标签")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"], condition=Q(gone=False), name="tag_name_once"
            ),
            models.UniqueConstraint(fields=["account", "wechat_id"], name="tag_at_wechat_once"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_local(self) -> bool:
        """仅本地: WeChat takes no name of so many bytes."""
        return len(self.name.encode()) > TAG_BYTES

    @property
    def waits(self) -> bool:
        """待同步: WeChat still has another name of it, or none."""
        return self.name != self.name_there and not self.is_local


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
            models.Index(
                F("account"),
                F("subscribed_at").desc(nulls_last=True),
                F("id").desc(),
                condition=Q(subscribed=True, blocked=False),
                name="follower_list",
            ),
            models.Index(
                F("account"),
                F("subscribed_at").desc(nulls_last=True),
                F("id").desc(),
                condition=Q(subscribed=True, blocked=False, starred=True),
                name="follower_starred",
            ),
            models.Index(
                F("account"),
                F("subscribed_at").desc(nulls_last=True),
                F("id").desc(),
                condition=Q(blocked=True),
                name="follower_blocked",
            ),
            models.Index(
                F("account"),
                F("subscribed_at").desc(nulls_last=True),
                F("id").desc(),
                condition=Q(subscribed=False, blocked=False),
                name="follower_gone",
            ),
            models.Index(
                F("account"),
                F("scene"),
                F("subscribed_at").desc(nulls_last=True),
                F("id").desc(),
                condition=Q(subscribed=True, blocked=False),
                name="follower_by_scene",
            ),
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


class Colleague(models.Model):
    """An administrator who is known in WeChat: there they see their reminders and review. One
    follower is one administrator of the account at most."""

    administrator = models.OneToOneField(
        Administrator, models.CASCADE, related_name="colleague", verbose_name=_("管理员")
    )
    follower = models.OneToOneField(Follower, models.CASCADE, related_name="colleague")
    bound_at = models.DateTimeField(_("绑定时间"))

    objects = ColleagueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("微信中的管理员")

    def __str__(self):
        return f"{_('微信中的管理员')} #{self.pk}"


class Sync(models.Model):
    """How far the synchronisation of an account's followers is. One row an account, and the queue
    of it: a worker holds the lease, and when it dies the next one goes on from there."""

    class Phase(models.TextChoices):
        OPENIDS = "openids", _("读取关注列表")
        DETAILS = "details", _("读取用户详情")
        BLACKLIST = "blacklist", _("读取黑名单")
        OVER = "over", _("已完成")

    account = models.OneToOneField(ServiceAccount, models.CASCADE, related_name="+")
    phase = models.CharField(_("步骤"), max_length=10, choices=Phase, default=Phase.OPENIDS)
    cursor = models.CharField(max_length=64, blank=True)  # of the phase: where to go on
    began_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("完成时间"), null=True)  # of the last pass that was completed
    leased_until = models.DateTimeField(null=True)
    fault = models.IntegerField(null=True)  # WeChat's errcode that stopped the pass
    # What the pass has met so far, and what it did about it
    seen = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    arrived = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("关注用户同步")

    def __str__(self):
        return f"{_('关注用户同步')} #{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.phase != self.Phase.OVER


class Seen(models.Model):
    """An openid that the running pass has met in a list of WeChat's; removed when it ends."""

    sync = models.ForeignKey(Sync, models.CASCADE, related_name="+")
    phase = models.CharField(max_length=10, choices=Sync.Phase)
    openid = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sync", "phase", "openid"], name="seen_once")
        ]

    def __str__(self):
        return f"{self.phase} #{self.pk}"
