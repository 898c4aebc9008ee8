"""What stays Chinese whoever reads it, and so is not marked for translation."""

OWN_NAME = "简体中文"  # a language is called so in every language

# Files that hold nothing for a screen: what they write is Chinese whoever asks for it.
DATA = {
    "haina/demo/": "people and places that are made up",
    "haina/formats/": "how dates are typed",
    "haina/wechat/kinds.py": "what WeChat's fields can hold",
    "haina/trail/exports.py": "a workbook",
    "haina/search/addresses.py": "how addresses are typed",
    "communities/exports.py": "a workbook",
    "reminders/letters.py": "a message by WeChat",
    "residents/rooms/layout.py": "how rooms are named",
    "residents/personal/workbook.py": "a workbook",
    "residents/imports/columns.py": "headings and cells of the workbook",
    "residents/imports/template.py": "headings and cells of the workbook",
    "staff/exports.py": "a workbook",
    "staff/imports/columns.py": "headings and cells of the workbook",
    "staff/imports/template.py": "headings and cells of the workbook",
    "management/commands/": "is told in English to who runs it, and quotes screens",
}
HEADINGS = {
    *("姓名", "性别", "身份", "租约到期时间", "手机", "手机号", "证件号", "如身份证", "护照"),
    *("小区", "小区名称", "住址", "房间", "认证状态"),
}

# Words that are data, by the file.
WORDS = {
    # who acted, and why, as the trail keeps it
    "haina/wechat/corp/events.py": {"企业微信", "企业在企业微信中取消了授权"},
    "reminders/binding.py": {"微信扫码"},
    "residents/verification/owners.py": {"业主", "住户"},
    "residents/views/mobile/applications.py": {"申请人"},
    "residents/views/mobile/apply.py": {"申请人"},
    "residents/views/mobile/invitations.py": {"业主"},
    "residents/views/mobile/owner.py": {"业主"},
    "residents/views/mobile/room.py": {"住户"},
    "haina/settings.py": {OWN_NAME},
    "haina/accounts/passwords.py": {"海纳", "物业", "小区", "微信", "腾讯", "管理", "密码"},
    "haina/imports/cells.py": {"男", "女", "男性", "女性"},
    "haina/imports/dates.py": {"年", "月", "日号"},
    "haina/imports/layout.py": {"原因"},  # a heading
    "haina/lib/text.py": {"！"},  # the first sign of full width
    "haina/sheets/cells.py": {"公式没有计算结果", "文字超过", "个字符"},  # stand in cells
    "haina/sheets/styles.py": {"海纳", "请选择", "请从下拉列表中选择。"},  # what Excel shows
    "haina/sheets/writer.py": {"选项", "选项表"},  # names of sheets
    "haina/trail/tasks.py": {"操作记录"},  # in the name of a file
    "haina/wechat/messages.py": {"无", "蜂鸟小区", "腾讯小区", "栋", "单元", "张三", "："},
    "communities/levels.py": {"，、", "（", "）"} | HEADINGS,  # how levels are typed
    "communities/ranges.py": {"至", "到", "、"},  # how ranges are typed
    "followers/names.py": {"微信用户"},  # what WeChat calls who has no name
    "residents/exports.py": {"住户信息", "系统信息", "导入时忽略"},
    "residents/forms.py": {"永久删除"},  # what has to be typed
    "residents/imports/contract.py": {"证件号"},  # a heading
    "residents/imports/importer.py": {"需要修改的"},  # in the name of a file
    "residents/verification/forms.py": {"；"},  # in a reason, which the applicant reads
    "residents/verification/notices.py": {"点击查看详情"},  # in a message by WeChat
    "staff/imports/importer.py": {"需要修改的员工信息"},  # the name of a file
    "staff/imports/names.py": {"、", "、，", "；"},  # between the names in a cell
    "staff/mirror/merging.py": {"部门"},  # a name in WeCom
}
# English that holds Chinese outside of brackets, because that is what is typed or read there.
QUOTES = {
    "日期，如2026年11月22日",
    "时间，如2026年11月22日 09:30",
    "请填写男或女。",
    "请填写男或女，或留空。",
    "请填写业主、家属、长期租客或限期租客。",
    "请输入“永久删除”以确认",
    "请输入“永久删除”四个字。",
}
