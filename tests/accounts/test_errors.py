"""Inside the console a refusal keeps the menu; outside it tells nothing."""

import pytest

from tests import make

MENU = 'href="/fengniao/residents/"'


def test_a_missing_row_keeps_the_menu(sign_in, creator):
    response = sign_in(creator).get("/fengniao/jobs/999999/")

    assert response.status_code == 404
    assert MENU in response.content.decode()


def test_a_missing_right_keeps_the_menu(sign_in, operator):
    response = sign_in(operator).get("/fengniao/communities/")

    assert response.status_code == 403
    assert MENU in response.content.decode()


@pytest.mark.parametrize("path", ["/fengniao/", "/fengniao/residents/", "/fengniao/jobs/1/"])
def test_a_stranger_is_told_nothing(sign_in, account, stranger, path):
    client = sign_in(stranger)

    response, nowhere = client.get(path), client.get(path.replace("fengniao", "nowhere"))

    assert response.status_code == 404
    assert response.content == nowhere.content
    assert "蜂鸟" not in response.content.decode()


def test_an_administrator_without_a_section_is_told_whom_to_ask(sign_in, newcomer):
    page = sign_in(newcomer).get("/fengniao/").content.decode()

    assert "请联系本服务号的创建者或系统管理员" in page


def test_the_first_page_of_whoever_may_view_a_section_is_the_overview(sign_in, operator):
    assert sign_in(operator).get("/fengniao/").headers["Location"] == "/fengniao/overview/"


def test_the_only_account_is_entered_at_once(sign_in, operator):
    assert sign_in(operator).get("/").headers["Location"] == "/fengniao/"


def test_several_accounts_are_a_choice(sign_in, creator):
    make.account("second", name="第二家", creator=creator.user)

    page = sign_in(creator).get("/").content.decode()

    assert "蜂鸟小区A" in page
    assert "第二家" in page
