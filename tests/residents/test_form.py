"""添加住户 and 修改住户."""

import pytest
from django.utils import timezone
from lxml import html

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level
from haina.accounts.privacy import LOOKS
from haina.lib.meanwhile import as_text, marks
from residents import services
from residents.models import Resident
from tests import make
from tests.limits import use_up

HTMX = {"HX-Request": "true"}


@pytest.fixture
def filled(community):
    """What the guide types into 手动添加."""
    make.node(community, "A 1 101")
    return {
        "name": "小助手",
        "gender": "male",
        "phone": "13500000000",
        "id_number": "",
        "community": str(community.pk),
        **at("A", "1", "101"),
        "identity": "owner",
        "lease_ends_on": "",
    }


def at(*names):
    return {f"at_{number}": name for number, name in enumerate(names)}


def error_of(response, field):
    assert response.status_code == 422
    return response.context["form"].errors.get(field, [""])[0]


def test_add_registers_a_resident_who_is_not_verified(sign_in, operator, filled, url):
    response = sign_in(operator).post(url("add"), filled)

    resident = Resident.objects.get()
    assert (resident.name, str(resident.phone), resident.phone_last4, resident.address) == (
        "小助手",
        "+8613500000000",
        "0000",
        "A 1 101",
    )
    assert resident.verification == Resident.Verification.UNVERIFIED
    assert AuditEntry.objects.filter(action="resident.registered", ids=[resident.pk]).exists()
    assert response.status_code == 302
    assert response.url == url("list")


def test_save_and_add_the_next_keeps_the_address(sign_in, operator, filled, url):
    client = sign_in(operator)

    response = client.post(url("add"), filled | {"next": "1"}, follow=True)

    address = response.context["form"].initial["address"]
    assert address.names == ["A", "1", "101"]
    assert "已添加住户“小助手”" in response.content.decode()


def test_add_begins_at_the_node_of_the_list(sign_in, operator, community, url):
    node = make.node(community, "B 1")

    response = sign_in(operator).get(url("add", community=community.pk, node=node.pk))

    assert response.context["form"].initial["address"].names == ["B", "1"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("１３５００００００００", "+8613500000000"),
        ("135 0000 0000", "+8613500000000"),
        ("+86 135-0000-0000", "+8613500000000"),
        ("8613500000000", "+8613500000000"),
        ("0755-86013388", "+8675586013388"),
        ("+1 650-253-0000", "+16502530000"),
    ],
)
def test_phones_are_taken_as_people_type_them(sign_in, operator, filled, url, typed, stored):
    sign_in(operator).post(url("add"), filled | {"phone": typed})

    assert str(Resident.objects.get().phone) == stored


@pytest.mark.parametrize("typed", ["1350000000", "135000000001", "12345", "1350000ABCD", "手机"])
def test_bad_phones_are_refused_in_words(sign_in, operator, filled, url, typed):
    response = sign_in(operator).post(url("add"), filled | {"phone": typed})

    assert (
        error_of(response, "phone")
        == "手机号格式不正确，请输入 11 位手机号 (境外号码请以 + 开头)。"
    )
    assert typed in response.content.decode()
    assert not Resident.objects.exists()


@pytest.mark.parametrize("field", ["name", "gender", "phone", "identity", "at_0", "community"])
def test_starred_fields_are_required(sign_in, operator, filled, url, field):
    response = sign_in(operator).post(url("add"), filled | {field: ""})

    assert error_of(response, "address" if field in {"at_0", "community"} else field)
    assert not Resident.objects.exists()


@pytest.mark.parametrize("names", [["A"], ["A", "1"], ["A", "1", "999"], ["1", "101"], []])
def test_an_address_goes_down_to_the_room(sign_in, operator, filled, url, names):
    response = sign_in(operator).post(url("add"), {**filled, **at("", "", ""), **at(*names)})

    assert error_of(response, "address") == "请选择完整的地址，直到最后一级。"


def test_a_community_out_of_reach_is_no_address(sign_in, operator, account, filled, url):
    other = make.community(account, "滨海小区")
    make.node(other, "A 1 101")

    response = sign_in(operator).post(url("add"), filled | {"community": other.pk})

    assert error_of(response, "address") == "请选择完整的地址，直到最后一级。"
    assert "滨海小区" not in response.content.decode()
    assert not Resident.objects.exists()


def test_the_same_phone_in_the_same_room_is_refused_at_the_phone(
    sign_in, operator, filled, community, url
):
    make.resident(community, "A 1 101", phone="13500000000")

    response = sign_in(operator).post(url("add"), filled)

    assert error_of(response, "phone") == "该房间已有使用此手机号的住户，请核对手机号或地址。"
    assert Resident.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("440304 19900308 000x", "44030419900308000X"),
        ("Ｒ１２３４５６（７）", "R123456(7)"),
        ("440304198511080000", "440304198511080000"),  # the guide's own; its checksum is wrong
    ],
)
def test_id_numbers_are_tidied_and_not_checked(sign_in, operator, filled, url, typed, stored):
    sign_in(operator).post(url("add"), filled | {"id_number": typed})

    assert Resident.objects.get().id_number == stored


@pytest.mark.parametrize("typed", ["1" * 31, "440304_1", "证件"])
def test_odd_id_numbers_are_refused(sign_in, operator, filled, url, typed):
    response = sign_in(operator).post(url("add"), filled | {"id_number": typed})

    assert error_of(response, "id_number")


def test_a_term_tenant_needs_the_end_of_the_lease(sign_in, operator, filled, url):
    response = sign_in(operator).post(url("add"), filled | {"identity": "term_tenant"})

    assert error_of(response, "lease_ends_on") == "限期租客必须填写租约到期时间。"


@pytest.mark.parametrize(
    "typed",
    [
        "2018-12-31",
        "2018/12/31",
        "2018年12月31日",
        "20181231",
        "２０１８．１２．３１",
        "2018-12-31 00:00",
    ],
)
def test_the_end_of_the_lease_is_a_date(sign_in, operator, filled, url, typed):
    term = {"identity": "term_tenant", "lease_ends_on": typed}

    sign_in(operator).post(url("add"), filled | term)

    assert str(Resident.objects.get().lease_ends_on) == "2018-12-31"


@pytest.mark.parametrize("typed", ["2018-2-30", "1899-12-31", "0201-01-01", "2200-01-01", "明天"])
def test_a_day_that_is_none_is_told_and_stays_in_the_field(sign_in, operator, filled, url, typed):
    term = {"identity": "term_tenant", "lease_ends_on": typed}

    response = sign_in(operator).post(url("add"), filled | term)

    assert error_of(response, "lease_ends_on")
    assert f'value="{typed}"' in response.content.decode()
    assert not Resident.objects.exists()


@pytest.mark.parametrize("field", ["name", "id_number"])
def test_browsers_cut_nothing_and_emoji_count_as_one(sign_in, operator, filled, url, field):
    client = sign_in(operator)

    form = client.get(url("add"), headers=HTMX).content.decode()

    assert "maxlength" not in form
    assert client.post(url("add"), filled | {"name": "😀" * 40}).status_code == 302
    response = client.post(url("add"), filled | {field: "1" * 41, "phone": "13500000001"})

    assert error_of(response, field) == f"最多 {40 if field == 'name' else 30} 个字，现在有 41 个。"
    assert "1" * 41 in response.content.decode()


def test_a_wrong_check_digit_is_saved_and_told(sign_in, operator, filled, url):
    client = sign_in(operator)

    page = client.post(url("add"), filled | {"id_number": "440304198511080000"}, follow=True)

    resident = Resident.objects.get()
    assert resident.id_number == "440304198511080000"
    assert "证件号的校验位不正确" in page.content.decode()
    assert "440304198511080000" not in page.content.decode()
    right = posted(resident) | {"id_number": "11010519491231002X"}
    page = client.post(url("edit", resident.pk), right, follow=True)
    assert "校验位" not in page.content.decode()


@pytest.mark.parametrize(
    ("number", "doubt"),
    [
        ("440304198511080000", "证件号的校验位不正确，请核对是否填错。"),
        ("44030419851108000", "证件号像是身份证号，但只有 17 位，请核对是否漏填了一位。"),
        ("830000199001010000", "证件号的校验位不正确，请核对是否填错。"),
    ],
)
def test_a_doubtful_number_is_one_warning_while_it_is_new(
    sign_in, operator, filled, url, number, doubt
):
    client = sign_in(operator)

    added = client.post(url("add"), filled | {"id_number": number}, follow=True)
    resident = Resident.objects.get()
    form = client.get(url("edit", resident.pk))
    renamed = posted(resident) | {"name": "小助手二"}
    saved = client.post(url("edit", resident.pk), renamed, follow=True)

    assert [(m.level_tag, str(m)) for m in added.context["messages"]] == [
        ("warning", f"已添加住户“小助手”。 {doubt}")
    ]
    assert html.fromstring(form.content).xpath("//*[@id='id_id_number_helptext']/text()") == [doubt]
    assert [(m.level_tag, str(m)) for m in saved.context["messages"]] == [("success", "已保存。")]
    assert doubt in client.get(url("show", resident.pk)).content.decode()


def test_a_wrong_check_digit_is_told_before_the_next_one(sign_in, operator, filled, url):
    told = filled | {"id_number": "440304198511080000", "next": "1"}

    response = sign_in(operator).post(url("add"), told, headers={"HX-Request": "true"})

    assert "证件号的校验位不正确" in response.content.decode()


def test_what_cannot_be_changed_is_masked_in_the_form(sign_in, account, canary, url):
    levels = {"phone": Level.VIEW, "id_number": Level.VIEW}
    clerk = make.operator(account, "小锁", sections={"residents": Level.MANAGE}, fields=levels)
    client = sign_in(clerk)

    text = client.get(url("edit", canary.pk)).content.decode()
    saved = client.post(url("edit", canary.pk), posted(canary) | {"name": "新名"})

    assert saved.status_code == 302
    assert "137*****88" in text
    assert "E77****44" in text
    assert "13700007788" not in text
    assert "E77665544" not in text
    assert not AuditEntry.objects.filter(action="resident.revealed").exists()
    canary.refresh_from_db()
    assert (canary.name, str(canary.phone)) == ("新名", "+8613700007788")
    assert canary.id_number == "E77665544"


def test_the_form_opens_no_more_often_than_values_are_revealed(sign_in, operator, canary, url):
    client = sign_in(operator)
    use_up(LOOKS, operator, but=1)
    client.post(url("reveal_phone", canary.pk))

    response = client.get(url("edit", canary.pk))

    assert response.status_code == 422
    assert "查看的完整号码过多" in response.content.decode()
    assert "13700007788" not in response.content.decode()


@pytest.mark.parametrize("typed", ["2018-12-31", "nonsense"])
def test_others_have_no_end_of_lease_whatever_was_typed(sign_in, operator, filled, url, typed):
    sign_in(operator).post(url("add"), filled | {"lease_ends_on": typed})

    assert Resident.objects.get().lease_ends_on is None


def test_a_browser_without_scripts_gets_the_next_select(sign_in, operator, filled, url):
    response = sign_in(operator).post(url("add"), filled | at("A", "", "") | {"choose": "1"})

    assert response.status_code == 200
    text = response.content.decode()
    assert "小助手" in text
    assert '<option value="1"' in text
    assert not Resident.objects.exists()


def test_address_choices_keep_the_levels_above_the_changed_one(
    sign_in, operator, filled, community, url
):
    make.node(community, "B 2 201")
    query = {"community": community.pk, "keep": 1}

    address = url("address_choices", **query, **at("B", "1", "101"))
    response = sign_in(operator).get(address, headers=HTMX)

    text = response.content.decode()
    assert '<option value="2"' in text
    assert '<option value="101"' not in text


def test_address_choices_of_a_stranger_are_404(sign_in, stranger, community, url):
    other = stranger.account.communities.get()

    assert sign_in(stranger).get(url("address_choices", community=community.pk)).status_code == 404
    theirs = f"/{stranger.account.slug}/residents/addresses/?community="
    assert sign_in(stranger).get(f"{theirs}{community.pk}").status_code == 404
    assert sign_in(stranger).get(f"{theirs}{other.pk}").status_code == 200


def test_edit_shows_what_is_there_and_saves_what_changed(sign_in, operator, four, url):
    resident = four["李四"]
    client = sign_in(operator)
    address = url("edit", resident.pk)

    assert 'value="13625895630"' in client.get(address).content.decode()
    response = client.post(address, posted(resident) | {"name": "李思"} | at("B", "1", "102"))

    resident.refresh_from_db()
    assert response.status_code == 302
    assert (resident.name, resident.address) == ("李思", "B 1 102")
    entry = AuditEntry.objects.get(action="resident.corrected")
    assert (entry.ids, entry.fields) == ([resident.pk], ["address", "name"])


def test_the_next_select_shows_in_full_only_what_was_posted(sign_in, operator, canary, url):
    client, address = sign_in(operator), url("edit", canary.pk)
    asked = at("A", "", "") | {"choose": "1"}

    bare = client.post(address, asked).content.decode()
    typed = client.post(address, posted(canary) | asked | {"id_number": "X1"}).content.decode()

    assert "13700007788" not in bare
    assert "E77665544" not in bare
    assert 'value="13700007788"' in typed
    assert 'value="X1"' in typed
    assert not AuditEntry.objects.filter(action="resident.revealed").exists()


def posted(resident):
    return {
        "name": resident.name,
        "gender": resident.gender,
        "phone": str(resident.phone),
        "id_number": resident.id_number,
        "community": resident.community_id,
        **at(*resident.address.split()),
        "identity": resident.identity,
        "lease_ends_on": resident.lease_ends_on or "",
        "seen": as_text(marks(resident, services.WRITTEN)),
    }


def test_edit_goes_back_to_where_the_list_stood(sign_in, operator, four, url):
    resident = four["李四"]

    response = sign_in(operator).post(
        url("edit", resident.pk, q="5630", page="1", evil="x"), posted(resident)
    )

    assert response.url == url("list", q="5630", page="1")


def test_saving_nothing_new_leaves_no_trace(sign_in, operator, four, url):
    resident = four["李四"]

    sign_in(operator).post(url("edit", resident.pk), posted(resident))

    assert not AuditEntry.objects.filter(action="resident.corrected").exists()


def test_locked_fields_are_shown_and_stay(sign_in, account, community, four, url):
    levels = {"name": Level.VIEW, "address": Level.VIEW, "identity": Level.VIEW}
    clerk = make.operator(account, "小锁", sections={"residents": Level.MANAGE}, fields=levels)
    resident = four["刘六"]
    changed = {"name": "王八", "identity": "owner", **at("A", "1", "101"), "gender": "female"}

    response = sign_in(clerk).post(url("edit", resident.pk), posted(resident) | changed)

    resident.refresh_from_db()
    assert response.status_code == 302
    assert (resident.name, resident.identity, resident.address, resident.gender) == (
        "刘六",
        "term_tenant",
        "B 1 102",
        "female",
    )
    assert str(resident.lease_ends_on) == "2018-12-31"


def test_an_imported_resident_without_gender_can_be_corrected_by_who_may_not_set_it(
    sign_in, account, community, url
):
    clerk = make.operator(
        account, "小锁", sections={"residents": Level.MANAGE}, fields={"gender": Level.VIEW}
    )
    resident = make.resident(community, gender="")

    response = sign_in(clerk).post(
        url("edit", resident.pk), posted(resident) | {"name": "李思", "gender": "male"}
    )

    resident.refresh_from_db()
    assert (response.status_code, resident.name, resident.gender) == (302, "李思", "")


@pytest.mark.parametrize("field", ["name", "phone", "id_number", "identity", "address", "gender"])
def test_hidden_fields_are_neither_shown_nor_changed(sign_in, account, community, url, field):
    canary = make.resident(
        community,
        "金 丝 雀",
        name="金丝雀",
        phone="13700007788",
        id_number="E77665544",
        identity="term_tenant",
        lease_ends_on="2031-03-03",
        gender="female",
    )
    clerk = make.operator(
        account, "小藏", sections={"residents": Level.MANAGE}, fields={field: Level.NONE}
    )
    other = {
        "name": "王八",
        "phone": "13500000001",
        "id_number": "X1",
        "identity": "owner",
        "gender": "male",
    }
    make.node(community, "A 1 101")
    before = Resident.objects.values().get(pk=canary.pk)

    client = sign_in(clerk)
    text = client.get(url("edit", canary.pk)).content.decode()
    change = at("A", "1", "101") if field == "address" else {field: other[field]}
    response = client.post(url("edit", canary.pk), posted(canary) | change)

    leaks = {
        "name": ["金丝雀"],
        "phone": ["13700007788", "137*****88"],
        "id_number": ["E77665544"],
        "identity": ["term_tenant", "2031-03-03"],
        "address": ['value="雀"', "金 丝 雀"],
        "gender": ['name="gender"'],
    }
    assert not [leak for leak in leaks[field] if leak in text]
    assert response.status_code == 302
    after = Resident.objects.values().get(pk=canary.pk)
    assert {k for k in after if after[k] != before[k]} <= {"updated_at"}


def test_adding_needs_every_field(sign_in, account, community, filled, url):
    clerk = make.operator(
        account, "小锁", sections={"residents": Level.MANAGE}, fields={"gender": Level.VIEW}
    )

    assert sign_in(clerk).get(url("add")).status_code == 403
    assert sign_in(clerk).post(url("add"), filled).status_code == 403
    assert not Resident.objects.exists()


def test_a_stranger_finds_nobody_and_changes_nothing(sign_in, stranger, account, four, url):
    resident = four["李四"]
    client = sign_in(stranger)
    theirs = f"/{stranger.account.slug}/residents/{resident.pk}"

    for address in (url("edit", resident.pk), f"{theirs}/edit/"):
        assert client.get(address).status_code == 404
        assert client.post(address, posted(resident) | {"name": "变了"}).status_code == 404
    for address in (url("delete", resident.pk), f"{theirs}/delete/", f"{theirs}/reveal/phone/"):
        assert client.post(address).status_code == 404
    resident.refresh_from_db()
    assert resident.name == "李四"
    assert not AuditEntry.objects.filter(action="resident.revealed").exists()


def test_a_room_that_is_gone_is_told_at_the_address(sign_in, operator, filled, community, url):
    """The address is checked again under the lock; here the community got one more level since."""
    room = make.node(community, "A 1 101")
    community.levels = ["栋", "单元", "房间号", "分间"]
    community.save()

    with pytest.raises(services.RoomGone):
        services.register(
            community,
            by=make_actor(operator),
            now=timezone.now(),
            name="张三",
            gender="male",
            identity="owner",
            phone="+8613500000000",
            room=room,
        )


def make_actor(administrator):
    return Actor.of(administrator)


def test_correcting_somebody_who_was_deleted_says_so(operator, four):
    resident = four["李四"]
    Resident.objects.filter(pk=resident.pk).delete()

    with pytest.raises(services.ResidentGone):
        services.correct(resident, by=make_actor(operator), now=timezone.now(), name="李思")


def test_a_refused_form_is_a_fragment_for_htmx(sign_in, operator, filled, url):
    response = sign_in(operator).post(url("add"), filled | {"phone": "1"}, headers=HTMX)

    assert response.status_code == 422
    assert b"<html" not in response.content


def test_htmx_is_sent_on_after_saving(sign_in, operator, filled, url):
    response = sign_in(operator).post(url("add"), filled, headers=HTMX)

    assert response.headers["HX-Redirect"] == url("list")


@pytest.mark.parametrize("name", ["-", "－", "—", "#N/A", "#REF!", "＃Ｎ／Ａ"])
def test_a_name_that_no_import_reads_is_refused(sign_in, operator, filled, url, name):
    response = sign_in(operator).post(url("add"), filled | {"name": name})

    assert "导出后无法再导入" in error_of(response, "name")
    assert not Resident.objects.exists()
