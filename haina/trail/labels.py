"""What acts and their objects are called on the screen. An act without a name fails the build."""

from django.utils.translation import gettext_lazy as _

from haina.accounts.permissions import Section

ACTIONS = {
    _("住户"): {
        "resident.registered": _("添加住户"),
        "resident.corrected": _("修改住户"),
        "resident.moved": _("移动住户"),
        "move.undone": _("撤销移动"),
        "resident.removed": _("删除住户"),
        "resident.left": _("住户搬离"),
        "resident.restored": _("恢复住户"),
        "bin.emptied": _("清空回收站"),
        "resident.revealed": _("查看完整信息"),
        "resident.searched_by_phone": _("按手机号搜索"),
        "resident.personal_exported": _("导出个人信息"),
        "resident.erased": _("删除个人信息"),
        "resident.expired": _("租约到期"),
    },
    _("住户认证"): {
        "application.submitted": _("提交认证申请"),
        "application.withdrawn": _("撤回认证申请"),
        "application.approved": _("通过认证申请"),
        "application.rejected": _("拒绝认证申请"),
        "application.forgotten": _("清除过期的认证申请"),
        "resident.revoked": _("撤销认证"),
        "invitation.made": _("业主邀请"),
        "invitation.ended": _("结束邀请"),
        "rules.changed": _("修改认证设置"),
    },
    _("导入与导出"): {
        "resident.imported": _("批量导入住户"),
        "import.dropped": _("放弃导入"),
        "import.undone": _("撤销导入"),
        "import.residents_removed": _("撤销导入时移除住户"),
        "import.residents_reverted": _("撤销导入时恢复内容"),
        "import.errors_exported": _("下载错误工作簿"),
        "resident.export_asked": _("申请导出住户信息"),
        "resident.exported": _("导出住户信息"),
        "structure.exported": _("导出楼层结构"),
        "trail.export_asked": _("申请导出操作记录"),
        "trail.exported": _("导出操作记录"),
    },
    _("小区楼栋"): {
        "community.added": _("添加小区"),
        "community.corrected": _("修改小区"),
        "community.closed": _("删除小区"),
        "tree.grown": _("添加楼栋房间"),
        "tree.node_renamed": _("重命名楼栋房间"),
        "tree.node_moved": _("移动楼栋房间"),
        "tree.node_deleted": _("删除楼栋房间"),
        "tree.rebuilt": _("修复楼栋结构"),
    },
    _("员工"): {
        "employee.added": _("添加员工"),
        "employee.corrected": _("修改员工"),
        "employee.removed": _("删除员工"),
        "department.added": _("添加部门"),
        "department.changed": _("修改部门"),
        "department.deleted": _("删除部门"),
    },
    _("微信关注用户"): {
        "follower.remarked": _("修改备注"),
        "follower.starred": _("设为星标用户"),
        "follower.unstarred": _("取消星标"),
        "follower.tagged": _("打标签"),
        "follower.blocked": _("加入黑名单"),
        "follower.unblocked": _("移出黑名单"),
        "tag.added": _("新建标签"),
        "tag.renamed": _("重命名标签"),
        "tag.deleted": _("删除标签"),
    },
    _("管理员"): {
        "account.opened": _("开通服务号"),
        "account.handed_over": _("移交创建者"),
        "administrator.added": _("添加管理员"),
        "administrator.rights_set": _("设置权限"),
        "administrator.role_changed": _("修改管理员角色"),
        "administrator.limited": _("修改管理员的小区和期限"),
        "administrator.deactivated": _("停用管理员"),
        "administrator.restored": _("恢复管理员"),
        "administrator.invited": _("邀请管理员"),
        "administrator.accepted": _("接受管理员邀请"),
        "administrator.uninvited": _("撤销管理员邀请"),
        "handover.offered": _("提出移交创建者"),
        "handover.ended": _("取消移交创建者"),
        "account.second_factor_required": _("要求两步验证"),
        "account.second_factor_optional": _("不再要求两步验证"),
        "second_factor.set_up": _("启用两步验证"),
        "second_factor.codes_renewed": _("更换恢复码"),
        "second_factor.switched_off": _("关闭两步验证"),
        "second_factor.reset": _("重置两步验证"),
    },
    _("公众号"): {
        "wechat.changed": _("修改公众号设置"),
        "wechat.connected": _("接入公众号"),
        "wechat.template_chosen": _("设置模板消息"),
        "wechat.test_sent": _("发送测试消息"),
    },
    _("短信"): {
        "sms.changed": _("修改短信设置"),
        "sms.tested": _("发送测试短信"),
        "sms.removed": _("停用短信"),
    },
    _("海纳小助手"): {
        "user.added_by_ops": _("添加登录用户"),
        "user.changed_by_ops": _("修改登录用户"),
        "user.seen_by_ops": _("查看登录用户"),
        "serviceaccount.seen_by_ops": _("查看服务号"),
        "administrator.seen_by_ops": _("查看管理员"),
        "auditentry.seen_by_ops": _("查看操作记录"),
        "job.seen_by_ops": _("查看任务"),
        "call.seen_by_ops": _("查看微信接口调用"),
        "callback.seen_by_ops": _("查看微信推送"),
        "message.seen_by_ops": _("查看短信"),
    },
}
LABELS = {action: label for actions in ACTIONS.values() for action, label in actions.items()}

# The pages of objects, which take the account's slug and the pk, and what opens their doors.
PAGES = {
    "residents.resident": ("residents:show", Section.RESIDENTS.view),
    "residents.verificationapplication": ("residents:application", Section.RESIDENTS.view),
    "residents.import": ("residents:import_show", Section.RESIDENTS.view),
    "communities.community": ("communities:tree", Section.COMMUNITIES.view),
}

# Whose fields have rights of their own: an entry may not tell more than the page would.
WITH_FIELD_RIGHTS = "residents."
