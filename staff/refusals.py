"""Why staff/services.py and staff/departments.py do not do what they were asked for."""

from django.utils.translation import gettext as _

from staff.models import MOST_LEVELS


class Refused(Exception):
    """The act is not possible, and nothing was changed; the message says why."""


class PhoneTaken(Refused):
    def __str__(self):
        return _("已有员工使用此手机号，请核对手机号。")


class EmployeeGone(Refused):
    def __str__(self):
        return _("该员工已被删除，请刷新页面后重试。")


class ChosenDepartmentGone(Refused):
    def __str__(self):
        return _("所选部门已被删除，请重新选择。")


class ChosenCommunityGone(Refused):
    def __str__(self):
        return _("所选小区已被删除，请重新选择。")


class CapReached(Refused):
    """The corp would have more people than WeCom lets it have; `fits` still do."""

    def __init__(self, *, limit: int, now: int, more: int) -> None:
        self.fits = max(limit - now, 0)
        told = {"limit": limit, "now": now, "fits": self.fits, "more": more}
        super().__init__(
            _(
                "因企业微信限制，最多可有 %(limit)d 位员工 (当前 %(now)d 人)，还能添加 "
                "%(fits)d 人，不能再添加 %(more)d 人。"
                "请前往“企业微信——我的企业——申请扩容”申请增加人数。"
            )
            % told
        )


class ServesOthers(Refused):
    """Some of them serve communities which whoever wants them gone is not in charge of."""

    def __init__(self, number: int) -> None:
        super().__init__(
            _("有 %d 位员工还服务于您不负责的小区，没有删除任何员工。请联系系统管理员。") % number
        )


class DepartmentRefused(Exception):
    """A change of departments that cannot be; the message says why and what to do."""


class DepartmentGone(DepartmentRefused):
    def __init__(self) -> None:
        super().__init__(_("该部门已被删除，请刷新页面后重试。"))


class NameTaken(DepartmentRefused):
    def __init__(self, name: str) -> None:
        super().__init__(_("同一级下已有部门“%s”，请换一个名称。") % name)


class TooDeep(DepartmentRefused):
    def __init__(self) -> None:
        super().__init__(_("企业微信的部门最多 %d 级。") % MOST_LEVELS)
