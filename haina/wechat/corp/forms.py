from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.lib.fields import (
    AS_IT_IS,
    CompactField,
    SecretField,
    SecretsForm,
    WholeNumberField,
    pattern,
)
from haina.wechat.models import Corp

SECRET = pattern(r"^[0-9a-zA-Z_-]{20,128}$", gettext_lazy("Secret不完整或有多余字符，请重新复制。"))
MOST_AGENT_ID, MOST_PEOPLE = 2**53, 1_000_000


class CorpForm(SecretsForm):
    """What a company that has an app of its own pastes from WeCom's console. Secrets are never
    shown again; an empty box keeps them, unless they belong to what is changed beside them."""

    corp_id = CompactField(
        label="CorpID",
        validators=pattern(
            r"^w[wx][0-9a-zA-Z]{8,30}$", gettext_lazy("CorpID（企业ID）以ww或wx开头。请重新复制。")
        ),
        help_text=gettext_lazy("我的企业 → 企业信息 → 企业ID"),
        widget=forms.TextInput(attrs=AS_IT_IS),
    )
    contacts_secret = SecretField(
        label=gettext_lazy("通讯录同步Secret"),
        validators=SECRET,
        help_text=gettext_lazy(
            "管理工具 → 通讯录同步：开启API接口同步，权限选“API编辑通讯录”，再查看Secret"
        ),
    )
    agent_id = WholeNumberField(
        label="AgentId",
        min_value=1,
        max_value=MOST_AGENT_ID,
        help_text=gettext_lazy("应用管理 → 自建 → 应用详情。可见范围请勾选企业最顶级部门"),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            gettext_lazy("AgentId只有数字，例如1000002。请重新复制。"),
        ),
    )
    app_secret = SecretField(
        label=gettext_lazy("应用Secret"),
        validators=SECRET,
        help_text=gettext_lazy("与AgentId在同一页"),
    )
    user_limit = WholeNumberField(
        label=gettext_lazy("人数上限"),
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text=gettext_lazy("企业微信允许的成员数，留空按未认证企业的上限计算"),
    )

    def __init__(self, *args, corp: Corp | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.corp = corp
        if corp is None:
            return
        for name in self.secrets:
            if getattr(corp, name):
                self.fields[name].keep()
        if not self.is_bound:
            shown = ("corp_id", "agent_id", "user_limit")
            self.initial |= {name: getattr(corp, name) for name in shown}

    def clean(self):
        cleaned = super().clean()
        if self.corp and not self.errors:
            self.ask_for_secrets_of_what_changed(cleaned)
        secrets = cleaned.get("contacts_secret"), cleaned.get("app_secret")
        if secrets[0] and secrets[0] == secrets[1]:
            self.add_error("app_secret", _("两个Secret不应相同，请分别复制。"))
        return cleaned

    def ask_for_secrets_of_what_changed(self, cleaned: dict) -> None:
        other_corp = cleaned["corp_id"] != self.corp.corp_id
        other_app = other_corp or cleaned["agent_id"] != self.corp.agent_id
        for name, is_other in (("contacts_secret", other_corp), ("app_secret", other_app)):
            if is_other and not cleaned.get(name):
                self.add_error(name, _("CorpID或AgentId已修改，请重新填写对应的Secret。"))
