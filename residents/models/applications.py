"""What residents submit in WeChat, and what they are told."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from communities.models import MOST_LEVELS, BuildingNode, Community
from communities.models import NAME_LENGTH as NODE_NAME_LENGTH
from followers.delivery import Delivery
from followers.models import Follower
from haina.accounts.models import Administrator
from haina.lib.encryption import EncryptedTextField, keyed_hash
from haina.lib.masking import mask_id_number, mask_phone
from residents.models.people import NAME_LENGTH, Person, PersonQuerySet, Resident
from residents.models.verification import Invitation

ADDRESS_LENGTH = MOST_LEVELS * (NODE_NAME_LENGTH + 1)


class ApplicationQuerySet(PersonQuerySet):
    def belonging_to(self, follower: Follower):
        """The fence of the pages in WeChat: one's own."""
        return self.filter(follower=follower)

    def submitted(self):
        """All but those whose phone is still to be proven, which nobody but the applicant sees."""
        return self.exclude(state=VerificationApplication.State.DRAFT)

    def pending(self):
        return self.filter(state=VerificationApplication.State.PENDING)

    def latest_of_each_room(self):
        """What 我的住所 shows: how the last attempt for each room went."""
        beside = self.select_related("community").defer("id_number")
        each = ("community", "address")
        return beside.order_by(*each, "-pk").distinct(*each)

    def inside(self, node: BuildingNode):
        """For rooms of a node and of everything below it."""
        if node.is_root:
            return self.filter(community_id=node.tree_id)
        return self.filter(room__in=BuildingNode.objects.inside(node))

    def for_list(self):
        """Pending ones first and among them the oldest; then the latest decided. ID numbers stay
        encrypted: no list has them."""
        is_pending = Q(state=VerificationApplication.State.PENDING)
        waiting = models.Case(models.When(is_pending, then="submitted_at"))
        beside = self.select_related("community", "room", "follower")
        return beside.defer("id_number").order_by(
            waiting.asc(nulls_last=True), models.F("decided_at").desc(nulls_last=True), "-pk"
        )


class VerificationApplication(models.Model):
    """认证申请: what somebody submitted in WeChat, and what became of it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待验证手机号")
        PENDING = "pending", _("待审核")
        APPROVED = "approved", _("已通过")
        REJECTED = "rejected", _("未通过")
        WITHDRAWN = "withdrawn", _("已撤回")
        REVOKED = "revoked", _("认证已撤销")

    class Outcome(models.TextChoices):
        """What the comparison with the room's records came to."""

        CONSISTENT = "consistent", _("与登记一致")
        DIFFERENT = "different", _("与登记不一致")
        UNKNOWN = "unknown", _("没有登记")

    class Way(models.TextChoices):
        AUTO = "auto", _("自动通过")
        CONSOLE = "console", _("管理后台")
        PHONE = "phone", _("手机审核")
        OWNER = "owner", _("业主审核")

    DRAFT_KEPT = timedelta(days=1)
    PROOF_HOLDS = timedelta(days=30)  # a follower who proved the phone need not do it again
    KEPT = timedelta(days=180)  # after the end

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="applications")
    community = models.ForeignKey(Community, models.CASCADE, related_name="applications")
    # Rooms and residents are also deleted past Django, and with these their invitations:
    # constraints of the database set these NULL.
    room = models.ForeignKey(
        BuildingNode, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    address = models.CharField(_("住址"), max_length=ADDRESS_LENGTH)
    resident = models.ForeignKey(
        Resident, models.DO_NOTHING, null=True, related_name="applications", db_constraint=False
    )  # the record that it was compared with, and the one that it became
    invitation = models.ForeignKey(
        Invitation, models.SET_NULL, null=True, related_name="+", db_constraint=False
    )

    name = models.CharField(_("姓名"), max_length=NAME_LENGTH)
    phone = PhoneNumberField(_("手机号"))
    phone_last4 = models.CharField(max_length=4, editable=False)
    identity = models.CharField(_("用户身份"), max_length=12, choices=Person.Identity)
    lease_ends_on = models.DateField(_("租约到期时间"), null=True, blank=True)
    id_number = EncryptedTextField(_("证件号"), blank=True)
    id_number_hash = models.BinaryField(max_length=32, null=True, editable=False)

    consent_version = models.CharField(max_length=10)
    consented_at = models.DateTimeField()
    phone_proven_at = models.DateTimeField(null=True)

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    outcome = models.CharField(_("比对结果"), max_length=10, choices=Outcome, blank=True)
    evidence = models.JSONField(default=dict)  # field → agreed, differed, absent (matching.py)
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    decided_at = models.DateTimeField(_("审核时间"), null=True)
    decided_by = models.CharField(_("审核人"), max_length=60, blank=True)
    decider = models.ForeignKey(Administrator, models.SET_NULL, null=True, related_name="+")
    way = models.CharField(_("审核方式"), max_length=8, choices=Way, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)  # KEPT begins (retention.py)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("认证申请")
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "room"],
                condition=Q(state="pending"),
                name="application_pending_once",
            ),
            models.UniqueConstraint(
                fields=["follower"], condition=Q(state="draft"), name="application_draft_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "submitted_at"],
                condition=Q(state="pending"),
                name="application_pending",
            ),
            models.Index(fields=["community", "-decided_at"], name="application_decided"),
            models.Index(fields=["room"], name="application_by_room"),
            models.Index(fields=["resident"], name="application_by_resident"),
            models.Index(fields=["phone"], name="application_by_phone"),
            # What retention.py asks for, hour by hour
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False),
                name="application_ended",
            ),
            models.Index(
                fields=["community", "state"],
                condition=Q(ended_at__isnull=True),
                name="application_going_on",
            ),
        ]

    def __str__(self):
        return f"{_('认证申请')} #{self.pk}"

    def derive(self) -> None:
        """Set what follows from other columns. Called before every write of them."""
        self.phone_last4 = str(self.phone)[-4:]
        self.id_number_hash = keyed_hash(self.id_number) if self.id_number else None

    @property
    def is_pending(self) -> bool:
        return self.state == self.State.PENDING

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def masked_id_number(self) -> str:
        return mask_id_number(self.id_number)


class Notice(Delivery):
    """One message to a resident or an applicant."""

    class Kind(models.TextChoices):
        APPROVED = "approved", _("审核通过")
        REJECTED = "rejected", _("审核未通过")
        REVOKED = "revoked", _("认证已撤销")
        LEASE_SOON = "lease_soon", _("租约将到期")
        LEASE_OVER = "lease_over", _("租约已到期")

    EMPTIED: ClassVar[dict] = {"facts": ""}

    community = models.ForeignKey(Community, models.CASCADE, related_name="+")
    follower = models.ForeignKey(Follower, models.CASCADE, related_name="+")
    application = models.ForeignKey(
        VerificationApplication, models.CASCADE, null=True, related_name="notices"
    )
    # Set NULL by a constraint of the database: who is deleted is told all the same.
    resident = models.ForeignKey(
        Resident, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    kind = models.CharField(_("内容"), max_length=10, choices=Kind)
    facts = EncryptedTextField()  # JSON: what it says; emptied when it is over

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="notice_waiting"),
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="notice_by_provider_id"
            ),
        ]

    def __str__(self):
        return f"{_('通知')} #{self.pk}"
