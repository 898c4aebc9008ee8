"""添加员工 and 修改员工: what is asked, what is refused, and what two people do at once."""

import pytest
from lxml import html

from haina.accounts.models import AuditEntry
from staff import departments
from staff.models import Employee
from tests import make

HTMX = {"HX-Request": "true"}


@pytest.fixture
def works(account):
    return make.department(account, "工程部")


@pytest.fixture
def filled(community, works):
    """As the guide fills it in."""
    return {
        "community_ids": [community.pk],
        "name": "陈三三",
        "gender": "male",
        "department_ids": [works.pk],
        "position": "维修师父",
        "rank": "",
        "phone": "13500000000",
        "wechat": "",
        "address": "",
    }


def form_in(response, **changes) -> dict:
    """What the form that came would post, with some of it changed."""
    form = html.fromstring(response.content.decode()).xpath("//form[.//input[@name='name']]")[0]
    found: dict = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found | changes


def errors(response) -> str:
    assert response.status_code == 422
    page = html.fromstring(response.content.decode())
    return " ".join(page.xpath("//*[contains(@class, 'errorlist')]//text()")).strip()


def test_an_employee_is_added(sign_in, clerk, filled, works, community, url):
    response = sign_in(clerk).post(url("add"), filled)

    assert response.status_code == 302
    made = Employee.objects.get()
    assert (made.name, str(made.phone), made.position) == ("陈三三", "+8613500000000", "维修师父")
    assert (made.community_ids, made.department_ids) == ([community.pk], [works.pk])
    assert (made.invite, made.to_push) == (False, True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写姓名。"),
        ({"gender": ""}, "请选择性别。"),
        ({"community_ids": []}, "请至少选择一个服务小区。"),
        ({"department_ids": []}, "请至少选择一个部门。"),
        ({"department_ids": ["99999999"]}, "所选项已被删除，请重新选择。"),
        ({"department_ids": ["x"]}, "所选项已被删除，请重新选择。"),
        ({"phone": ""}, "请填写手机号。"),
        ({"phone": "1350"}, "手机号格式不正确"),
        ({"position": "长" * 65}, "最多 64 个字"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    sign_in, clerk, filled, url, change, sentence
):
    response = sign_in(clerk).post(
        url("add"), filled | {"address": "科技园"} | change, headers=HTMX
    )

    assert sentence in errors(response)
    assert "科技园" in response.content.decode()
    assert not Employee.objects.exists()


def test_a_phone_that_is_taken_is_told_at_the_field(sign_in, clerk, account, filled, url):
    make.employee(account, phone="+8613500000000")

    assert "已有员工使用此手机号" in errors(sign_in(clerk).post(url("add"), filled))


def test_the_cap_is_told_with_how_many_fit(sign_in, clerk, account, filled, url, settings):
    settings.WECOM_USER_LIMIT = 1
    make.employee(account)

    told = errors(sign_in(clerk).post(url("add"), filled))

    assert "最多可有 1 位员工 (当前 1 人)，还能添加 0 人" in told
    assert Employee.objects.count() == 1


def test_the_next_form_comes_empty_in_the_same_departments(
    sign_in, clerk, filled, works, community, url
):
    posted = filled | {"next": "1"}

    response = sign_in(clerk).post(url("add"), posted, headers=HTMX)

    assert "已添加员工“陈三三”。" in response.content.decode()
    assert response.headers["HX-Trigger"] == '{"employees-changed": {}}'
    empty = form_in(response)
    assert "name" not in empty
    assert empty["department_ids"] == [str(works.pk)]
    assert empty["community_ids"] == [str(community.pk)]


def test_the_form_begins_where_the_list_stands(sign_in, clerk, works, community, url):
    asked = {"department": works.pk, "community": community.pk}

    begun = form_in(sign_in(clerk).get(url("add"), asked))

    assert begun["department_ids"] == [str(works.pk)]
    assert begun["community_ids"] == [str(community.pk)]


def test_whoever_is_limited_is_offered_only_their_communities(
    sign_in, limited, account, filled, url
):
    other = make.community(account, "深圳小区")
    client = sign_in(limited)

    assert "深圳小区" not in client.get(url("add")).content.decode()
    refused = client.post(url("add"), filled | {"community_ids": [other.pk]})
    assert "所选项已被删除" in errors(refused)
    assert not Employee.objects.exists()


def test_departments_are_told_with_the_way_to_them(sign_in, clerk, account, works, url):
    make.department(account, "维修组", parent=works)

    assert "工程部 / 维修组" in sign_in(clerk).get(url("add")).content.decode()


def test_a_correction_writes_only_what_was_changed(sign_in, clerk, account, community, url):
    employee = make.employee(account, community)
    client = sign_in(clerk)
    begun = form_in(client.get(url("edit", employee.pk)), position=["主管"])

    assert client.post(url("edit", employee.pk), begun).status_code == 302

    employee.refresh_from_db()
    assert employee.position == "主管"
    assert AuditEntry.objects.get(action="employee.corrected").fields == ["position"]


def test_two_people_overwrite_nothing_unseen(sign_in, clerk, creator, account, community, url):
    employee = make.employee(account, community)
    slow, fast = sign_in(clerk), sign_in(creator)
    address = url("edit", employee.pk)
    begun = form_in(slow.get(address))
    fast.post(address, begun | {"position": ["经理"]})

    clash = slow.post(address, begun | {"position": ["主管"], "rank": ["高级"]}, headers=HTMX)

    assert "马经理修改了职位，现在是“经理”。" in errors(clash)
    again = form_in(clash)
    assert slow.post(address, again | {"keep": "position"}).status_code == 302
    employee.refresh_from_db()
    assert (employee.position, employee.rank) == ("经理", "高级")


def test_opening_the_form_is_a_look(sign_in, clerk, account, community, url):
    employee = make.employee(account, community, phone="+8613500001126")

    text = sign_in(clerk).get(url("edit", employee.pk)).content.decode()

    assert "13500001126" in text
    assert AuditEntry.objects.get(action="employee.revealed").ids == [employee.pk]


def test_whoever_is_limited_takes_away_only_their_communities(
    sign_in, limited, account, community, url
):
    second = make.community(account, "深圳小区")
    employee = make.employee(account, community, second)
    client = sign_in(limited)
    begun = form_in(client.get(url("edit", employee.pk)))
    assert begun["community_ids"] == [str(community.pk)]

    client.post(url("edit", employee.pk), begun | {"name": ["陈四"]})

    employee.refresh_from_db()
    assert (employee.name, employee.community_ids) == ("陈四", [community.pk, second.pk])


def test_a_stranger_reads_and_changes_nobody(sign_in, stranger, account, community, url):
    employee = make.employee(account, community)

    for name in ("edit", "show", "delete"):
        assert sign_in(stranger).post(url(name, employee.pk)).status_code == 404

    assert Employee.objects.filter(pk=employee.pk, name="陈三三").exists()


def test_the_root_is_there_for_the_first_form(sign_in, clerk, account, url):
    text = sign_in(clerk).get(url("add")).content.decode()

    assert account.name in text
    assert departments.root_of(account).name == account.name
