"""Residents: in their rooms, in the recycle bin; and who of them is which follower."""

from collections.abc import Collection
from datetime import datetime, timedelta

import pghistory
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from communities.models import BuildingNode, Community
from followers.models import Follower
from haina.accounts.scope import ScopedQuerySet
from haina.lib.encryption import EncryptedTextField, keyed_hash
from haina.lib.masking import mask_id_number, mask_phone
from haina.lib.natural import natural_key
from haina.lib.phones import with_phone
from haina.lib.text import compact, tidy
from residents.models.imports import Import

NAME_LENGTH = 40
ID_NUMBER_LENGTH = 30


class PersonQuerySet(ScopedQuerySet):
    def matching(self, text: str, *, hidden: Collection[str] = ()):
        """By part of the name, by the last four digits of the phone or by all of it. What is
        hidden is not searched."""
        wanted = Q(pk=None)
        if "name" not in hidden:
            wanted |= Q(name__icontains=tidy(text))
        if "phone" not in hidden:
            wanted |= with_phone(text)
        return self.filter(wanted)


class ResidentQuerySet(PersonQuerySet):
    def with_id_number(self, text: str):
        """By all of it, as people type it."""
        return self.filter(id_number_hash=keyed_hash(compact(text).upper()))

    def belonging_to(self, follower: Follower):
        """The fence of the pages in WeChat: who the follower is, proven."""
        return self.filter(binding__follower=follower)

    def owners(self):
        """Who may speak for a room: proven, and not in the blacklist."""
        proven = self.filter(verification=Person.Verification.VERIFIED)
        known = proven.filter(binding__follower__blocked=False)
        return known.filter(identity=Person.Identity.OWNER)

    def owners_of(self, room_id: int):
        return self.owners().filter(room=room_id)

    def for_home(self):
        """With all that 我的住所 shows, in the order of addresses."""
        beside = self.select_related("room", "community").defer("id_number")
        return beside.order_by("community__name_key", "community", "room__lft", "pk")

    def living_in(self, node: BuildingNode):
        """Residents of a node and of everything below it."""
        if node.is_root:
            return self.filter(community_id=node.tree_id)
        return self.filter(
            room__tree_id=node.tree_id, room__lft__gte=node.lft, room__rght__lte=node.rght
        )

    def of_identity(self, identity: str):
        """By the expression that is indexed."""
        rank = list(Person.Identity).index(identity)
        return self.alias(rank=IDENTITY_RANK).filter(rank=rank)

    def written_by(self, batch: Import):
        """Whom an import created or changed, and who is still there."""
        ids = Func(F("created_ids"), F("changed_ids"), function="array_cat")
        each = Func(ids, function="unnest", output_field=models.BigIntegerField())
        each.set_returning = True
        return self.filter(pk__in=Import.objects.filter(pk=batch.pk).values(each=each))

    def for_list(self):
        """Newest first, as the guide's page has it. ID numbers stay encrypted: no list has them."""
        return self.select_related("room").defer("id_number").order_by("-pk")


class RemovedResidentQuerySet(PersonQuerySet):
    def over(self, now: datetime):
        """Whose time in the recycle bin has passed."""
        return self.filter(removed_at__lt=now - RemovedResident.KEPT)

    def for_list(self):
        """Who was deleted last comes first. ID numbers stay encrypted: no list has them."""
        return self.defer("id_number").order_by("-removed_at", "-pk")


class Person(models.Model):
    """What is known of a person in a room: the columns that a resident keeps in the recycle bin."""

    class Gender(models.TextChoices):
        MALE = "male", _("男")
        FEMALE = "female", _("女")

    class Identity(models.TextChoices):
        OWNER = "owner", _("业主")
        FAMILY = "family", _("家属")
        TENANT = "tenant", _("长期租客")
        TERM_TENANT = "term_tenant", _("限期租客")

    class Verification(models.TextChoices):
        UNVERIFIED = "unverified", _("未认证")
        VERIFIED = "verified", _("已认证")
        EXPIRED = "expired", _("已到期")

    name = models.CharField(_("姓名"), max_length=NAME_LENGTH)
    name_key = models.CharField(max_length=200, db_collation="C", editable=False)
    gender = models.CharField(_("性别"), max_length=6, choices=Gender, blank=True)
    identity = models.CharField(_("用户身份"), max_length=12, choices=Identity)
    lease_ends_on = models.DateField(_("租约到期时间"), null=True, blank=True)
    phone = PhoneNumberField(_("手机号"))
    phone_last4 = models.CharField(max_length=4, editable=False)
    id_number = EncryptedTextField(_("证件号"), blank=True)
    id_number_hash = models.BinaryField(max_length=32, null=True, editable=False)
    verification = models.CharField(
        _("认证状态"), max_length=12, choices=Verification, default=Verification.UNVERIFIED
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{_('住户')} #{self.pk}"

    def derive(self) -> None:
        """Set what follows from other columns. Called before every write."""
        self.name_key = natural_key(self.name)
        self.phone_last4 = str(self.phone)[-4:]
        self.id_number_hash = keyed_hash(self.id_number) if self.id_number else None

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def masked_id_number(self) -> str:
        return mask_id_number(self.id_number)


# In the guide's order: 业主, 家属, 长期租客, 限期租客. An index holds it, so that lists sort by it.
IDENTITY_RANK = Case(
    *(When(identity=value, then=Value(rank)) for rank, value in enumerate(Person.Identity)),
    output_field=models.SmallIntegerField(),
)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    context_id_field=None,
    meta={
        # Whose past is whose (personal.py), and a room's. Hash indexes: an import pays for each.
        "indexes": [
            HashIndex(fields=["room"], name="resident_event_by_room"),
            HashIndex(fields=["phone"], name="resident_event_by_phone"),
            HashIndex(
                fields=["id_number_hash"],
                name="resident_event_by_id_number",
                condition=Q(id_number_hash__isnull=False),
            ),
        ]
    },
)
class Resident(Person):
    """A person in a room. The same room and phone is the same resident."""

    # No indexes of their own: those below begin with them, and an import pays for each.
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="residents", db_index=False
    )
    room = models.ForeignKey(
        BuildingNode,
        models.PROTECT,
        related_name="residents",
        verbose_name=_("地址"),
        db_index=False,
    )

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("住户")
        constraints = [
            models.UniqueConstraint(fields=["room", "phone"], name="resident_phone_once_per_room"),
            models.CheckConstraint(
                condition=Q(identity="term_tenant", lease_ends_on__isnull=False)
                | (~Q(identity="term_tenant") & Q(lease_ends_on=None)),
                name="resident_lease_end_is_of_term_tenants",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="resident_newest"),
            models.Index(fields=["community", "name_key", "id"], name="resident_by_name"),
            models.Index(fields=["community", "phone_last4"], name="resident_by_last4"),
            models.Index(
                fields=["community", "verification", "-id"], name="resident_by_verification"
            ),
            models.Index("community", IDENTITY_RANK, F("id").desc(), name="resident_by_rank"),
            models.Index(fields=["community", "gender", "-id"], name="resident_by_gender"),
            models.Index(
                fields=["community", "lease_ends_on"],
                condition=Q(lease_ends_on__isnull=False),
                name="resident_by_lease_end",
            ),
        ]

    @property
    def address(self) -> str:
        return self.room.address


class BindingQuerySet(ScopedQuerySet):
    account_path = "resident__community__account"
    community_path = "resident__community"


class Binding(models.Model):
    """Which follower a resident is. It ends when the resident is deleted, and does not come back
    from the recycle bin with them: they verify themselves anew."""

    # Residents are also deleted by statements of our own, past Django: the constraint that a
    # migration adds takes the binding along.
    resident = models.OneToOneField(
        Resident, models.CASCADE, related_name="binding", db_constraint=False
    )
    follower = models.ForeignKey(Follower, models.CASCADE, related_name="+")
    bound_at = models.DateTimeField(_("绑定时间"))

    objects = BindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("绑定")

    def __str__(self):
        return f"{_('绑定')} #{self.pk}"


class RemovedResident(Person):
    """A resident in the recycle bin (回收站), under the number that it had. It stands in a table of
    its own, so that no list, count, search or export can show it by forgetting a filter."""

    KEPT = timedelta(days=30)

    id = models.BigIntegerField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="removed_residents")
    room_id = models.BigIntegerField()  # no foreign key: the room may be deleted meanwhile
    address = models.CharField(_("住址"), max_length=400)
    removed_at = models.DateTimeField(_("删除时间"))
    removed_by = models.CharField(_("操作人"), max_length=60)
    act = models.CharField(max_length=32, db_index=True, editable=False)  # one for each removal

    objects = RemovedResidentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("已删除的住户")
        indexes = [models.Index(fields=["community", "-removed_at", "-id"], name="removed_newest")]
