"""How residents prove themselves: what a community asks for, and whom owners invite."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from followers.models import Follower
from haina.accounts.scope import ScopedQuerySet
from residents.models.people import Person, Resident


class RulesQuerySet(ScopedQuerySet):
    def of(self, community: Community) -> "Rules":
        """Those of a community; what holds without any is not saved."""
        return self.filter(community=community).first() or Rules(community=community)


def all_identities() -> list[str]:
    return list(Person.Identity.values)


class Rules(models.Model):
    """认证设置 of a community. One without a row has the defaults."""

    class AutoPass(models.TextChoices):
        """Whether an application that agrees with the record on file passes by itself."""

        PROVEN = "proven", _("手机号经短信验证且信息一致时，自动通过")
        AGREED = "agreed", _("信息一致即自动通过 (没有短信验证时也通过)")
        OFF = "off", _("不自动通过，全部由人工审核")

    community = models.OneToOneField(
        Community, models.CASCADE, related_name="verification_rules", verbose_name=_("小区")
    )
    auto_pass = models.CharField(
        _("自动通过"), max_length=10, choices=AutoPass, default=AutoPass.PROVEN
    )
    needs_id_number = models.BooleanField(_("必须填写证件号"), default=False)
    identities = ArrayField(
        models.CharField(max_length=12, choices=Person.Identity),
        verbose_name=_("可以申请的身份"),
        default=all_identities,
    )
    tells_of_leases = models.BooleanField(_("租约将到期时也提醒审核人员"), default=False)

    objects = RulesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("认证设置")

    def __str__(self):
        return f"{_('认证设置')} #{self.pk}"


class InvitationQuerySet(ScopedQuerySet):
    account_path = "resident__community__account"
    community_path = "resident__community"

    def belonging_to(self, follower: Follower):
        """Those that the follower made as a resident."""
        return self.filter(resident__binding__follower=follower)

    def open_at(self, now):
        return self.filter(expires_at__gt=now, uses_left__gt=0)


class Invitation(models.Model):
    """What an owner gives the family or a tenant: a link that opens 认证 with the room chosen. Only
    the keyed hash of its token is kept."""

    LIFE, USES = timedelta(days=3), 5

    # Residents are also deleted past Django: a constraint of the database takes it along.
    resident = models.ForeignKey(
        Resident, models.CASCADE, related_name="invitations", db_constraint=False
    )
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    identity = models.CharField(_("用户身份"), max_length=12, choices=Person.Identity)
    uses_left = models.PositiveSmallIntegerField(default=USES)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("邀请")

    def __str__(self):
        return f"{_('邀请')} #{self.pk}"
