"""The question that a plan leaves to the manager."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from haina.imports.importer import Words
from haina.imports.models import Import
from haina.imports.stages import is_planned_again


@dataclass(frozen=True)
class Option:
    """A radio button, and what choosing it would do."""

    name: str
    value: str
    label: str
    text: str
    is_chosen: bool


class DecideForm(forms.Form):
    """What becomes of a plan. Only what the plan leaves open is asked."""

    GOOD, NONE = "good", "none"

    policy = forms.ChoiceField(choices=Import.Policy.choices, initial=Import.Policy.FILL)
    rows = forms.ChoiceField(
        label=_("有问题的行"),
        choices=[(GOOD, _("只导入正确的行")), (NONE, _("都不导入"))],
        error_messages={"required": _("请选择怎样处理有问题的行。")},
    )

    def __init__(self, *args, counts: dict, words: Words, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["policy"].label = _("已有%s") % words.people
        self.bad = counts.get("bad_rows", 0)
        fills, differs = counts.get("fills", 0), counts.get("differs", 0)
        self.on_file = {"n": fills + differs, "fills": fills, "differs": differs}
        self.on_file |= {"people": words.people}
        if not self.on_file["n"]:
            del self.fields["policy"]
        if not self.bad:
            del self.fields["rows"]

    @property
    def questions(self) -> list[tuple[forms.BoundField, list[Option]]]:
        return [(self[name], self.options(name)) for name in self.fields]

    def options(self, name: str) -> list[Option]:
        chosen, texts = self[name].value(), self.texts
        return [
            Option(name, value, label, texts[value], value == chosen)
            for value, label in self.fields[name].choices
        ]

    @property
    def texts(self) -> dict[str, str]:
        policy, on_file, bad = Import.Policy, self.on_file, {"n": self.bad}
        fill = _("只填写空白项：%(fills)d 位补全，%(differs)d 位与文件不同的内容保持原样。")
        overwrite = _("%(n)d 位换成文件里的内容。空单元格不改动，“-” 表示清除。")
        return {
            policy.SKIP: _("已有的 %(n)d 位%(people)s保持原样。") % on_file,
            policy.FILL: fill % on_file,
            policy.OVERWRITE: overwrite % on_file,
            self.GOOD: _("有问题的 %(n)d 行不导入，可以在错误工作簿里改好后再上传。") % bad,
            self.NONE: _("什么也不导入，改好后重新上传。"),
        }

    @property
    def wants_nothing(self) -> bool:
        return self.cleaned_data.get("rows") == self.NONE

    @property
    def decision(self) -> dict:
        """What was not asked is not decided: nobody is on file, or no row is wrong."""
        policy = self.cleaned_data.get("policy", Import.Policy.FILL)
        return {"policy": policy, "good_rows_only": "rows" in self.cleaned_data}


def chosen_before(imported: Import) -> dict:
    """What was chosen of the plan before this one, if something changed meanwhile and there is a
    new one: to begin the form with."""
    if not is_planned_again(imported):
        return {}
    told = imported.job.payload
    chosen = {"policy": told["policy"]}
    return chosen | {"rows": DecideForm.GOOD} if told["good_rows_only"] else chosen
