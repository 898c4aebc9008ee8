"""添加小区, 修改 and the level editor, which works as submit buttons too."""

import pytest

from communities import services
from communities.models import BuildingNode, Community
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from tests import make

TYPED = {
    "name": "腾讯小区",
    "address": "深圳市南山区",
    "phone": "0755-86013388",
    "level": ["栋", "单元", "房间号"],
    "was": ["", "", ""],
}
DELETES = {"name": "腾讯小区", "password": make.PASSWORD}


def test_a_new_community_begins_with_three_levels(sign_in, builder, link):
    text = sign_in(builder).get(link("add")).content.decode()

    assert text.count('name="level"') == 3
    for shown in ("一级结构", "请输入三级结构名称，如单元", 'data-limit="40"', "添加下一级"):
        assert shown in text


def test_adding_makes_the_community_and_leads_to_its_tree(sign_in, builder, account, link):
    response = sign_in(builder).post(link("add"), TYPED)

    community = Community.objects.get()
    assert response.url == link("tree", community.pk)
    assert (community.account, community.name) == (account, "腾讯小区")
    assert (community.address, community.phone) == ("深圳市南山区", "0755-86013388")
    assert community.levels == ["栋", "单元", "房间号"]
    assert BuildingNode.objects.get().name == "腾讯小区"
    assert AuditEntry.objects.get(action="community.added").ids == [community.pk]


def test_htmx_is_sent_on_by_its_own_header(sign_in, builder, link):
    response = sign_in(builder).post(link("add"), TYPED, headers={"HX-Request": "true"})

    assert response.headers["HX-Redirect"] == link("tree", Community.objects.get().pk)


def test_names_are_tidied(sign_in, builder, link):
    typed = TYPED | {"name": "　腾讯　 小区１期\u200b ", "level": [" 栋 ", "单元", "房间号"]}

    sign_in(builder).post(link("add"), typed)

    community = Community.objects.get()
    assert community.name == "腾讯 小区1期"
    assert community.levels[0] == "栋"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": " "}, "请填写此项"),
        ({"name": "长" * 41}, "最多 40"),
        ({"name": "别家小区"}, "该服务号下已有同名小区"),
        ({"phone": "打电话"}, "请填写电话号码"),
        ({"phone": "0" * 21}, "最多 20"),
        ({"level": ["栋", " ", "房间号"]}, "请填写名称，或删除这一级。"),
        ({"level": ["栋", "栋", "房间号"]}, "重名"),
        ({"level": ["栋", "单元", "证件号"]}, "住户表格中已有的列名"),
        ({"level": []}, "需要 1 至 8 级"),
    ],
)
def test_bad_input_says_what_is_wrong(sign_in, builder, account, link, changed, told):
    make.community(account, "别家小区")

    response = sign_in(builder).post(link("add"), TYPED | changed)

    assert response.status_code == 422
    assert told in response.content.decode()
    assert Community.objects.count() == 1


@pytest.mark.parametrize("phone", ["075586013388", "0755-86013388", "400 812 3123", "+86 755 8601"])
def test_an_office_has_a_landline(sign_in, builder, link, phone):
    sign_in(builder).post(link("add"), TYPED | {"phone": phone})

    assert Community.objects.get().phone == phone


def test_a_level_is_added_to_the_form_and_nothing_saved(sign_in, builder, link):
    typed = TYPED | {"name": "", "add_level": "1"}

    response = sign_in(builder).post(link("add"), typed)

    text = response.content.decode()
    assert response.status_code == 200
    assert text.count('name="level"') == 4
    assert "四级结构" in text
    assert 'value="深圳市南山区"' in text
    assert "请填写此项" not in text
    assert not Community.objects.exists()


def test_a_level_is_taken_out_of_the_form(sign_in, builder, link):
    response = sign_in(builder).post(link("add"), TYPED | {"remove_level": "1"})

    text = response.content.decode()
    assert text.count('name="level"') == 2
    assert 'value="单元"' not in text
    assert not Community.objects.exists()


def test_eight_levels_are_the_most_and_one_the_least(sign_in, builder, link):
    client = sign_in(builder)
    eight = {"level": [f"级{n}" for n in range(8)], "was": [""] * 8, "add_level": "1"}
    one = {"level": ["房间号"], "was": [""], "remove_level": "0"}

    most = client.post(link("add"), TYPED | eight).content.decode()
    least = client.post(link("add"), TYPED | one).content.decode()

    assert most.count('name="level"') == 8
    assert 'name="add_level"' not in most
    assert least.count('name="level"') == 1
    assert 'name="remove_level"' not in least


def test_correcting_changes_the_community_and_its_root(sign_in, builder, community, root, link):
    make.node(community, "A 1 101")
    typed = TYPED | {"name": "新名", "level": ["楼", "单元", "室"], "was": ["0", "1", "2"]}

    response = sign_in(builder).post(link("edit", community.pk), typed)

    community.refresh_from_db()
    root.refresh_from_db()
    assert response.url == link("list")
    assert (community.name, community.levels) == ("新名", ["楼", "单元", "室"])
    assert root.name == "新名"
    entry = AuditEntry.objects.get(action="community.corrected")
    assert entry.fields == ["address", "levels", "name", "phone"]


def test_a_level_in_use_is_not_taken_away(sign_in, builder, community, link):
    make.node(community, "A 1 101")
    typed = TYPED | {"level": ["栋", "房间号"], "was": ["0", "2"]}

    response = sign_in(builder).post(link("edit", community.pk), typed)

    community.refresh_from_db()
    assert response.status_code == 422
    assert "“单元”这一级已有楼栋或房间" in response.content.decode()
    assert community.levels == ["栋", "单元", "房间号"]
    assert community.address == ""


def test_a_community_of_others_is_not_there_and_stays_as_it_is(sign_in, stranger, link):
    theirs = make.community(make.account("third"), "第三家")
    client = sign_in(stranger)
    url = link("edit", theirs.pk).replace("fengniao", "other")

    assert client.get(url).status_code == 404
    assert client.post(url, TYPED).status_code == 404
    assert Community.objects.get(pk=theirs.pk).name == "第三家"


def test_who_may_only_look_may_not_write(sign_in, viewer, community, link):
    client = sign_in(viewer)

    assert client.post(link("add"), TYPED).status_code == 403
    assert client.post(link("edit", community.pk), TYPED).status_code == 403
    assert client.post(link("delete", community.pk), {"name": "腾讯小区"}).status_code == 403
    assert Community.objects.get().phone == "075586013388"


def test_who_is_limited_to_some_keeps_what_they_add(sign_in, account, community, link):
    manage = {Section.COMMUNITIES: Level.MANAGE}
    limited = make.operator(account, sections=manage, communities=(community,))

    response = sign_in(limited).post(link("add"), TYPED | {"name": "新小区"})

    assert sign_in(limited).get(response.url).status_code == 200
    assert {c.name for c in limited.communities.all()} == {"腾讯小区", "新小区"}


def test_who_sees_all_stays_unlimited(sign_in, builder, community, link):
    sign_in(builder).post(link("add"), TYPED | {"name": "新小区"})

    assert not builder.communities.exists()


def test_deleting_asks_for_the_name(sign_in, builder, community, link):
    make.node(community, "A 1 101")
    client = sign_in(builder)

    asked = client.get(link("delete", community.pk)).content.decode()
    wrong = client.post(link("delete", community.pk), {"name": "别的"})

    assert "3 个楼栋节点" in asked
    assert wrong.status_code == 422
    assert "不一致" in wrong.content.decode()
    assert Community.objects.exists()


def test_deleting_takes_the_tree_along(sign_in, builder, community, link):
    make.node(community, "A 1 101")

    response = sign_in(builder).post(link("delete", community.pk), DELETES)

    assert response.url == link("list")
    assert not Community.objects.exists()
    assert not BuildingNode.objects.exists()
    assert AuditEntry.objects.get(action="community.closed").ids == [community.pk]


@pytest.mark.parametrize("password", ["", "wrong"])
def test_deleting_asks_for_the_password(sign_in, builder, community, link, password):
    response = sign_in(builder).post(link("delete", community.pk), DELETES | {"password": password})

    text = response.content.decode()
    assert response.status_code == 422
    assert ("密码不正确" if password else "请再次输入您的登录密码") in text
    assert 'value="腾讯小区"' in text
    assert Community.objects.exists()


def test_a_community_with_residents_is_not_deleted(sign_in, creator, community, link):
    make.resident(community)
    client = sign_in(creator)

    asked = client.get(link("delete", community.pk)).content.decode()
    told = client.post(link("delete", community.pk), {"name": "腾讯小区"})

    assert "还有 1 位住户" in asked
    assert f"/fengniao/residents/?community={community.pk}" in asked
    assert told.status_code == 422
    assert Community.objects.exists()


def test_somebodys_last_community_is_not_deleted(sign_in, builder, operator, community, link):
    response = sign_in(builder).post(link("delete", community.pk), DELETES)

    assert response.status_code == 422
    assert "管理员“小何”唯一负责的小区" in response.content.decode()
    assert Community.objects.exists()


def test_a_name_taken_meanwhile_is_a_fact_of_the_service(account, community, by):
    with pytest.raises(services.NameTaken):
        make.community(account, "腾讯小区")
