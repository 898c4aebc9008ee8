"""Two people correct one resident: each writes what they changed, nobody overwrites unseen."""

import pytest
from lxml import html

from haina.accounts.permissions import Level
from residents.models import Resident
from tests import make
from tests.residents.test_form import at, posted


@pytest.fixture
def two(sign_in, creator, operator):
    """The creator, and the operator 小何 who is faster."""
    return sign_in(creator), sign_in(operator)


def values(resident) -> tuple:
    now = Resident.objects.get(pk=resident.pk)
    return now.name, str(now.phone), now.gender, now.address


def told(response) -> list[str]:
    assert response.status_code == 422
    return html.fromstring(response.content).xpath("//*[contains(@class, 'errorlist')]/li/text()")


def form_in(response) -> dict:
    """What the form that came back would post, and the value of its second button."""
    page = html.fromstring(response.content)
    form = page.xpath("//form[.//*[@name='seen']]")[0]
    return dict(form.form_values()) | {"keep": form.xpath(".//button[@name='keep']/@value")[0]}


def test_each_writes_only_what_they_changed(two, four, url):
    slow, fast = two
    opened = posted(four["李四"])
    fast.post(url("edit", four["李四"].pk), opened | {"phone": "13600000000"})

    saved = slow.post(url("edit", four["李四"].pk), opened | {"name": "李思"})

    assert saved.status_code == 302
    assert values(four["李四"]) == ("李思", "+8613600000000", "female", "A 1 102")


@pytest.mark.parametrize(
    ("theirs", "mine", "sentence"),
    [
        ({"name": "李梅"}, {"name": "李思"}, "小何修改了姓名，现在是“李梅”。"),
        (
            {"phone": "13600000000"},
            {"phone": "13700000000"},
            "小何修改了手机号，现在是“136*****00”。",
        ),
        (
            {"id_number": "E11223344"},
            {"id_number": "E99887766"},
            "小何修改了证件号，现在是“E11****44”。",
        ),
        (at("B", "1", "101"), at("B", "1", "102"), "小何修改了住址，现在是“B 1 101”。"),
        (
            {"identity": "term_tenant", "lease_ends_on": "2030-01-01"},
            {"identity": "owner"},
            "小何修改了身份，现在是“限期租客”。",
        ),
    ],
)
def test_the_same_field_is_asked_about_and_not_overwritten(two, four, url, theirs, mine, sentence):
    slow, fast = two
    opened, address = posted(four["李四"]), url("edit", four["李四"].pk)
    fast.post(address, opened | theirs)
    before = Resident.objects.values().get(pk=four["李四"].pk)

    refused = slow.post(address, opened | mine)

    assert f"您打开表单后，{sentence}" in told(refused)
    assert Resident.objects.values().get(pk=four["李四"].pk) == before


def test_who_was_told_may_overwrite(two, four, url):
    slow, fast = two
    opened, address = posted(four["李四"]), url("edit", four["李四"].pk)
    fast.post(address, opened | {"name": "李梅"})
    again = form_in(slow.post(address, opened | {"name": "李思", "gender": "male"}))
    again.pop("keep")

    assert slow.post(address, again).status_code == 302

    assert values(four["李四"])[::2] == ("李思", "male")


def test_who_was_told_may_keep_it_and_save_the_rest(two, four, url):
    slow, fast = two
    opened, address = posted(four["李四"]), url("edit", four["李四"].pk)
    fast.post(address, opened | {"name": "李梅"})
    again = form_in(slow.post(address, opened | {"name": "李思", "gender": "male"}))

    assert slow.post(address, again).status_code == 302

    assert values(four["李四"])[::2] == ("李梅", "male")


def test_a_third_change_is_asked_about_again(two, four, url):
    slow, fast = two
    opened, address = posted(four["李四"]), url("edit", four["李四"].pk)
    fast.post(address, opened | {"name": "李梅"})
    again = form_in(slow.post(address, opened | {"name": "李思"}))
    again.pop("keep")
    four["李四"].refresh_from_db()
    fast.post(address, posted(four["李四"]) | {"name": "李花"})

    assert told(slow.post(address, again)) == ["您打开表单后，小何修改了姓名，现在是“李花”。"]


def test_the_end_of_a_lease_goes_with_the_identity(two, four, url):
    """刘六 became 业主 while somebody gave the tenant of before another year."""
    slow, fast = two
    opened, address = posted(four["刘六"]), url("edit", four["刘六"].pk)
    fast.post(address, opened | {"identity": "owner"})

    again = form_in(slow.post(address, opened | {"lease_ends_on": "2031-12-31"}))
    kept = slow.post(address, again)

    assert kept.status_code == 302
    now = Resident.objects.get(pk=four["刘六"].pk)
    assert (now.identity, now.lease_ends_on) == ("owner", None)


@pytest.mark.parametrize("seen", ["", "name:0 phone", "name:x:y"])
def test_a_form_that_does_not_know_what_it_showed_overwrites_nothing(two, four, url, seen):
    refused = two[0].post(
        url("edit", four["李四"].pk), posted(four["李四"]) | {"name": "李思", "seen": seen}
    )

    assert told(refused)
    assert values(four["李四"])[0] == "李四"


@pytest.mark.parametrize("level", [Level.NONE, Level.VIEW])
def test_marks_are_of_what_may_be_changed_only(sign_in, account, canary, url, level):
    clerk = make.operator(
        account, "小藏", sections={"residents": Level.MANAGE}, fields={"phone": level}
    )

    page = html.fromstring(sign_in(clerk).get(url("edit", canary.pk)).content)

    seen = page.xpath("//input[@name='seen']/@value")[0]
    assert "phone" not in seen
    assert "name:" in seen
    assert "金丝雀" not in seen
