from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.lib.fields import AS_IT_IS, CompactField, SecretField, SecretsForm, pattern
from haina.lib.language import in_chinese
from haina.wechat.messages import Ours, Theirs, choices_for, fields_in, fill, preview
from haina.wechat.models import Connection, Template
from haina.wechat.official import AccountTemplate


class ConnectionForm(SecretsForm):
    """The four values of 微信公众平台. Secrets are never shown again; an empty box keeps them."""

    app_id = CompactField(
        label="AppID",
        validators=pattern(r"^wx[0-9a-zA-Z]{16}$", gettext_lazy("AppID以wx开头，共18位。")),
        help_text=gettext_lazy("微信公众平台 → 设置与开发 → 基本配置"),
        widget=forms.TextInput(attrs=AS_IT_IS),
    )
    secret = SecretField(
        label="AppSecret",
        validators=pattern(
            r"^[0-9a-zA-Z]{32}$", gettext_lazy("AppSecret是32位字母和数字。请重新复制。")
        ),
    )
    token = SecretField(
        label="Token",
        validators=pattern(
            r"^[0-9a-zA-Z]{3,32}$", gettext_lazy("Token是3到32位字母和数字，与微信公众平台一致。")
        ),
        help_text=gettext_lazy("自己定一个，在微信公众平台填写相同的内容"),
    )
    aes_key = SecretField(
        label="EncodingAESKey",
        validators=pattern(
            r"^[0-9a-zA-Z]{43}$", gettext_lazy("EncodingAESKey是43位字母和数字。请重新复制。")
        ),
        help_text=gettext_lazy("在微信公众平台点击“随机生成”后复制到这里"),
    )

    def __init__(self, *args, connection: Connection | None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.secrets:
            if connection and getattr(connection, name):
                self.fields[name].keep()
        if connection and not self.is_bound:
            self.initial["app_id"] = connection.app_id


def likely(theirs: Theirs, ours: Mapping[str, Ours]) -> str:
    """Which of our values a field means by its label, which is Chinese; the only one if there is
    just one."""
    if len(ours) == 1:
        return next(iter(ours))
    label = theirs.label
    with in_chinese():
        return next((name for name, each in ours.items() if label and label in str(each.label)), "")


def fits(purpose: str, template: AccountTemplate) -> bool:
    """Is there something of ours for each of its fields? WeChat takes no message that lacks one."""
    return all(choices_for(purpose, theirs) for theirs in fields_in(template.content))


class TemplateForm(forms.Form):
    """Which template of the account serves a purpose, and what stands in each of its fields."""

    template = forms.ChoiceField(label=gettext_lazy("公众号的模板"), widget=forms.Select())

    def __init__(
        self, *args, purpose: str, theirs: list[AccountTemplate], kept: Template | None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.purpose, self.kept = purpose, kept
        self.templates = {each.id: each for each in theirs if fits(purpose, each)}
        self.unfit = len(theirs) - len(self.templates)
        choices = [(each.id, each.title) for each in self.templates.values()]
        self.fields["template"].choices = [("", _("请选择模板")), *choices]
        asked = self.data.get("template") if self.is_bound else self.initial.get("template")
        self.chosen = self.templates.get(asked)
        self.theirs = fields_in(self.chosen.content) if self.chosen else []
        for field in self.theirs:
            self.fields[field.name] = self.choice_of(field)

    def choice_of(self, theirs: Theirs) -> forms.ChoiceField:
        ours = choices_for(self.purpose, theirs)
        kept = self.kept.fields if self.kept and self.kept.template_id == self.chosen.id else {}
        return forms.ChoiceField(
            label=f"{theirs.label or theirs.name} ({theirs.name})",
            choices=[("", _("请选择")), *((name, each.label) for name, each in ours.items())],
            initial=kept.get(theirs.name) or likely(theirs, ours),
            help_text=theirs.rule,
            error_messages={"required": _("请选择此字段显示什么，否则微信会拒绝发送。")},
        )

    @property
    def mapped(self) -> list[forms.BoundField]:
        return [self[field.name] for field in self.theirs]

    @property
    def mapping(self) -> dict[str, str]:
        return {field.name: self.cleaned_data[field.name] for field in self.theirs}

    def example(self, examples) -> str:
        """How the message reads, with what is chosen so far."""
        if not self.chosen:
            return ""
        fields = {theirs.name: self[theirs.name].value() for theirs in self.theirs}
        data = {}
        for theirs in self.theirs:
            if fields[theirs.name] not in choices_for(self.purpose, theirs):
                continue
            content = f"{{{{{theirs.name}.DATA}}}}"
            data |= fill(Template(content=content, fields=fields), examples)
        return preview(self.chosen.content, data)
