"""How the synchronisations of an account stand: with WeChat, and with WeCom."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from followers.models import Sync as FollowerSync
from haina.accounts.permissions import Rights, Section
from haina.accounts.scope import Scope
from haina.jobs.models import Job
from haina.wechat.errors import sentence as sentence_of_wechat
from staff.mirror.faults import sentence as sentence_of_wecom
from staff.models import Sync as StaffSync

State = Job.State


@dataclass(frozen=True)
class SyncState:
    """`state` is that of a job, `why` a sentence about what stopped it; `page` is a URL name."""

    label: str
    state: State
    told: str
    page: str
    why: str = ""


def syncs(scope: Scope, rights: Rights) -> list[SyncState]:
    """Those that were ever begun, for whoever may look at their page."""
    found = []
    if rights.cover(Section.FOLLOWERS.view):
        found += map(of_followers, FollowerSync.objects.within(scope))
    if rights.cover(Section.STAFF.manage) and not scope.is_limited:
        found += map(of_staff, StaffSync.objects.within(scope))
    return found


def of_followers(sync: FollowerSync) -> SyncState:
    why = sentence_of_wechat(sync.fault) if sync.fault else ""
    return state_of(sync, _("微信关注用户"), "followers:list", why=why)


def of_staff(sync: StaffSync) -> SyncState:
    why = sentence_of_wecom(sync.fault, sync.fault_detail)
    label, page = _("员工信息"), "staff:sync"
    if sync.phase == sync.Phase.PLANNED:
        return SyncState(label, State.WAITING, _("有同步计划待确认"), page)
    return state_of(sync, label, page, why=why)


def state_of(sync, label: str, page: str, *, why: str) -> SyncState:
    if why:
        return SyncState(label, State.FAILED, _("同步未完成"), page, why)
    if sync.is_running:
        return SyncState(label, State.RUNNING, _("正在同步"), page)
    if sync.ended_at is None:
        return SyncState(label, State.CANCELLED, _("已停止"), page)
    at = date_format(localtime(sync.ended_at), "Y-m-d H:i")
    return SyncState(label, State.DONE, _("上次同步：%s") % at, page)
