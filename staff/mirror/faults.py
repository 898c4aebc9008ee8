"""What keeps the mirror from being true, in words: WeCom's codes and our own."""

from django.utils.translation import gettext_lazy

from haina.wechat.corp import errors

# Beside the findings of haina.wechat.corp.errors.
UNSETTLED, UNSENT_DEPARTMENT, UNFIT_TREE = -20, -21, -22
SENTENCES = {
    UNSETTLED: gettext_lazy(
        "企业微信接受了修改，读回来的内容却不一样。请重试，或到企业微信中核对。"
    ),
    UNSENT_DEPARTMENT: gettext_lazy("所属部门还没有同步到企业微信。请先处理部门的问题，再重试。"),
    UNFIT_TREE: gettext_lazy("部门层级合并后超过15级，或部门重名。请调整部门后重新同步。"),
}


def sentence(code: int | None, detail: str = "") -> str:
    """What is wrong and what to do, of a fault that was stored; "" of none."""
    if code is None:
        return ""
    if code in SENTENCES:
        return str(SENTENCES[code])
    return errors.sentence(code, detail)
