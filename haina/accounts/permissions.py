"""All that can be granted: sections, six fields of the residents section, and their levels."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    NONE = 0, _("不可见")
    VIEW = 1, _("可查看")
    MANAGE = 2, _("可管理")


class Section(models.TextChoices):
    COMMUNITIES = "communities", _("小区楼栋信息")
    RESIDENTS = "residents", _("住户信息")
    FOLLOWERS = "followers", _("微信关注用户")
    STAFF = "staff", _("员工信息")
    REMINDERS = "reminders", _("提醒设置")
    ADMINISTRATORS = "administrators", _("管理员设置")

    @property
    def view(self) -> "Right":
        return Right(self, Level.VIEW)

    @property
    def manage(self) -> "Right":
        return Right(self, Level.MANAGE)


class ResidentField(models.TextChoices):
    """The six fields of 住户通讯录权限; the values are the names of Resident's attributes."""

    NAME = "name", _("姓名")
    GENDER = "gender", _("性别")
    IDENTITY = "identity", _("身份")
    PHONE = "phone", _("手机号")
    ID_NUMBER = "id_number", _("证件号")
    ADDRESS = "address", _("住址")

    @classmethod
    def covering(cls, column: str) -> str:
        """The field whose right binds a column of Resident; the column itself if it has its own."""
        return {"room": cls.ADDRESS.value, "lease_ends_on": cls.IDENTITY.value}.get(column, column)


@dataclass(frozen=True)
class Right:
    """What a view needs: a level of a section. `section=None`: any administrator of the account."""

    section: Section | None
    level: Level
    whole: bool = False  # of the account as a whole: not for who is limited to some communities

    @property
    def everywhere(self) -> "Right":
        return replace(self, whole=True)


ANY_ADMINISTRATOR = Right(None, Level.NONE)
ANY_SECTION = Right(None, Level.VIEW)  # whoever may view at least one


@dataclass(frozen=True)
class Rights:
    """What one administrator may do. `everything` is for the creator and system administrators."""

    everything: bool = False
    sections: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, administrator) -> "Rights":
        if administrator.holds_everything:
            return cls(everything=True)
        sections, fields = {}, {}
        for grant in administrator.grants.all():  # which may have been prefetched
            (fields if grant.field else sections)[grant.field or grant.section] = grant.level
        return cls(sections=sections, fields=fields)

    def cover(self, right: Right) -> bool:
        return self.level_of(right.section) >= right.level

    def level_of(self, section: str | None) -> int:
        if self.everything:
            return Level.MANAGE
        if section is None:
            return max(self.sections.values(), default=Level.NONE)
        return self.sections.get(section, Level.NONE)

    @cached_property
    def hidden_fields(self) -> frozenset[str]:
        """Fields of a resident that must not be shown, searched, sorted or counted by."""
        return self.fields_below(Level.VIEW)

    @cached_property
    def locked_fields(self) -> frozenset[str]:
        """Fields of a resident that must not be changed; the hidden ones are among them."""
        return self.fields_below(Level.MANAGE)

    def fields_below(self, level: int) -> frozenset[str]:
        if self.everything:
            return frozenset()
        names = ResidentField.values
        return frozenset(name for name in names if self.fields.get(name, Level.NONE) < level)

    @property
    def manage_communities(self) -> bool:
        return self.cover(Section.COMMUNITIES.manage)

    @property
    def manage_residents(self) -> bool:
        return self.cover(Section.RESIDENTS.manage)

    @property
    def see_rooms(self) -> bool:
        """房态图 and the pages of rooms tell where people live."""
        return (
            self.cover(Section.RESIDENTS.view) and ResidentField.ADDRESS not in self.hidden_fields
        )

    @property
    def view_administrators(self) -> bool:
        return self.cover(Section.ADMINISTRATORS.view)

    @property
    def manage_administrators(self) -> bool:
        return self.cover(Section.ADMINISTRATORS.manage)

    @property
    def manage_reminders(self) -> bool:
        return self.cover(Section.REMINDERS.manage)

    @property
    def manage_staff(self) -> bool:
        return self.cover(Section.STAFF.manage)

    @property
    def manage_followers(self) -> bool:
        return self.cover(Section.FOLLOWERS.manage)

    @property
    def write_every_field(self) -> bool:
        """Adding and importing residents writes all six fields."""
        return self.manage_residents and not self.locked_fields
