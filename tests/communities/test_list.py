"""小区楼栋信息: the list and its search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from haina.accounts.permissions import Level, Section
from tests import make


def test_the_columns_are_the_guides(sign_in, viewer, account, link):
    make.community(account, "腾讯海纳体验小区", levels=["栋", "单元", "房间"])

    text = sign_in(viewer).get(link("list")).content.decode()

    for shown in ("小区名称", "楼栋结构", "管理处电话", "栋/单元/房间", "075586013388"):
        assert shown in text


def test_the_list_is_searched_by_name(sign_in, viewer, account, link):
    make.community(account, "腾讯小区")
    make.community(account, "万家花园")

    text = sign_in(viewer).get(link("list", q=" 腾讯 ")).content.decode()

    assert "腾讯小区" in text
    assert "万家花园" not in text


@pytest.mark.parametrize("query", ["没有", "%", "_"])
def test_nothing_found_is_said(sign_in, viewer, community, link, query):
    text = sign_in(viewer).get(link("list", q=query)).content.decode()

    assert "没有找到名称相符的小区" in text
    assert "腾讯小区" not in text


def test_nothing_yet_offers_the_first_step(sign_in, builder, link):
    text = sign_in(builder).get(link("list")).content.decode()

    assert "还没有小区" in text
    assert link("add") in text


def test_the_list_is_cut_to_the_communities_of_the_administrator(sign_in, account, link):
    mine = make.community(account, "腾讯小区")
    make.community(account, "万家花园")
    view = {Section.COMMUNITIES: Level.VIEW}
    limited = make.operator(account, sections=view, communities=(mine,))

    text = sign_in(limited).get(link("list")).content.decode()

    assert "腾讯小区" in text
    assert "万家花园" not in text


def test_who_may_only_look_is_offered_no_change(sign_in, viewer, community, link):
    text = sign_in(viewer).get(link("list")).content.decode()

    assert link("add") not in text
    assert link("edit", community.pk) not in text
    assert link("delete", community.pk) not in text


def test_htmx_gets_the_table_and_a_history_restore_the_page(sign_in, viewer, community, link):
    client = sign_in(viewer)

    part = client.get(link("list"), headers={"HX-Request": "true"}).content.decode()
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    page = client.get(link("list"), headers=restored).content.decode()

    assert "<html" not in part
    assert "腾讯小区" in part
    assert "<html" in page


def queries_of(client, url) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_thirty_rows_take_as_many_queries_as_one(sign_in, builder, account, link):
    client = sign_in(builder)
    make.community(account, "小区1")
    one = queries_of(client, link("list"))

    for number in range(2, 31):
        make.community(account, f"小区{number}")

    assert queries_of(client, link("list")) == one


def test_pages_hold_thirty(sign_in, viewer, account, link):
    for number in range(1, 32):
        make.community(account, f"小区{number}")

    first = sign_in(viewer).get(link("list")).content.decode()
    second = sign_in(viewer).get(link("list", page=2)).content.decode()

    assert "小区30<" in first
    assert "小区31<" not in first
    assert "小区31<" in second
