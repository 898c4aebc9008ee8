"""The departments beside the list: adding, renaming, moving and deleting them, and for whom."""

import pytest

from staff.models import Department
from tests import make

HTMX = {"HX-Request": "true"}


@pytest.fixture
def works(account):
    return make.department(account, "工程部")


def tree(account) -> list[str]:
    rows = Department.objects.filter(account=account).order_by("lft")
    return ["  " * row.level + row.name for row in rows]


def test_a_department_is_added_below_another(sign_in, clerk, account, works, url):
    response = sign_in(clerk).post(
        url("department_add"), {"name": "维修组", "below": works.pk}, query_params={"next": url()}
    )

    assert response.url == url()
    assert tree(account) == ["蜂鸟小区A", "  工程部", "    维修组"]


def test_the_form_stands_where_it_was_asked_for(sign_in, clerk, works, url):
    text = sign_in(clerk).get(url("department_add"), {"below": works.pk}).content.decode()

    assert f'<option value="{works.pk}" selected>工程部</option>' in text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "请填写部门名称。"), ("工程部", "已有部门“工程部”"), ("a/b:c", "不能包含")],
)
def test_what_is_wrong_is_told(sign_in, clerk, account, works, url, name, sentence):
    posted = {"name": name, "below": works.parent_id}

    response = sign_in(clerk).post(url("department_add"), posted, headers=HTMX)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert tree(account) == ["蜂鸟小区A", "  工程部"]


def test_a_department_is_renamed_and_moved(sign_in, clerk, account, works, url):
    other = make.department(account, "保安部")
    client, address = sign_in(clerk), url("department_edit", works.pk)
    offered = client.get(address).content.decode()

    client.post(address, {"name": "维修部", "below": other.pk})

    assert tree(account) == ["蜂鸟小区A", "  保安部", "    维修部"]
    assert f'value="{works.pk}"' not in offered  # not below itself


def test_the_company_is_renamed_and_not_moved(sign_in, clerk, account, works, url):
    client, root = sign_in(clerk), works.parent_id
    assert "上级部门" not in client.get(url("department_edit", root)).content.decode()

    client.post(url("department_edit", root), {"name": "海纳物业"})

    assert tree(account) == ["海纳物业", "  工程部"]


def test_an_empty_department_is_deleted_and_no_other(sign_in, clerk, account, works, url):
    employee = make.employee(account, department_ids=[works.pk])
    client, address = sign_in(clerk), url("department_delete", works.pk)

    refused = client.post(address)
    assert refused.status_code == 422
    assert "部门内还有 1 位员工" in refused.content.decode()
    assert "部门内还有 1 位员工" in client.get(address).content.decode()

    employee.delete()
    assert client.post(address).status_code == 302
    assert tree(account) == ["蜂鸟小区A"]


def test_the_menu_offers_what_can_be_done(sign_in, clerk, works, url):
    client = sign_in(clerk)

    of_works = client.get(url("department_menu", works.pk), headers=HTMX).content.decode()
    of_root = client.get(url("department_menu", works.parent_id), headers=HTMX).content.decode()

    assert "重命名或移动" in of_works
    assert "删除" in of_works
    assert "删除" not in of_root


def test_the_tree_is_the_accounts_so_whoever_is_limited_leaves_it(
    sign_in, limited, account, works, url
):
    client = sign_in(limited)
    make.employee(account)

    assert "重命名" not in client.get(url(), {"plain": 1}).content.decode()
    for name in ("department_edit", "department_delete", "department_menu"):
        assert client.get(url(name, works.pk)).status_code == 403
    posted = {"name": "维修组", "below": works.pk}
    assert client.post(url("department_add"), posted).status_code == 403
    assert tree(account) == ["蜂鸟小区A", "  工程部"]
