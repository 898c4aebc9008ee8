"""What leaves for residents, for WeChat or as a workbook is Chinese, whoever asks for it."""

import pytest
from django.utils.translation import gettext_lazy, override
from openpyxl import load_workbook

from communities.models import BuildingNode
from followers import sending
from followers.posts import Letter, Post
from haina.accounts.permissions import Rights
from haina.sheets.writer import Column, write_workbook
from haina.wechat.forms import likely
from haina.wechat.messages import choices_for, examples_of, fields_in, fill
from haina.wechat.models import Template
from residents.exports import write_residents
from residents.models import Notice, Resident
from residents.verification.forms import RejectForm
from residents.verification.owners import label_of
from tests import make


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def cells_of(path) -> list[tuple]:
    return list(load_workbook(path).worksheets[0].values)


def test_a_workbook(tmp_path):
    path = tmp_path / "a.xlsx"

    write_workbook(path, title="a", columns=[Column("a")], rows=[[gettext_lazy("业主")]])

    assert cells_of(path)[1] == ("业主",)


def test_an_export(tmp_path, community):
    resident = make.resident(community, name="张三", gender="male", identity="family")
    root = BuildingNode.objects.select_related("community").get(community=community, parent=None)

    write_residents(tmp_path / "a.xlsx", root, rights=Rights(everything=True))

    assert {"张三", "男", "家属", "未认证"} <= set(cells_of(tmp_path / "a.xlsx")[2]), resident


def test_a_template_message():
    template = Template(purpose="review", content="{{phrase1.DATA}}", fields={"phrase1": "state"})

    assert fill(template, examples_of("review")) == {"phrase1": {"value": "待审核"}}


def test_a_template_is_known_by_its_chinese_labels():
    (field,) = fields_in("提交时间：{{time1.DATA}}")
    (word,) = fields_in("审核状态：{{thing1.DATA}}")

    assert likely(field, choices_for("review", field)) == "submitted_at"
    assert likely(word, choices_for("review", word)) == "state"


def test_what_a_delivery_says(account):
    said = []

    def letter_of(row) -> Letter | None:
        said.append(str(gettext_lazy("待审核")))

    sending.ask(Post(Notice, letter_of), Notice())

    assert said == ["待审核"]


def test_the_owner_who_decided():
    """The application keeps it, and it is compared with later."""
    assert label_of(Resident(pk=7)) == "业主 (住户 #7)"


def test_the_reason_of_a_refusal():
    value, label = RejectForm().fields["preset"].choices[0]

    assert value == "信息与登记不符"
    assert str(label) != value
