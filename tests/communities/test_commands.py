"""create_community, export_structure and check_trees: 0 done, 1 refused, 2 usage."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from communities.models import BuildingNode, Community
from haina.lib.commands import Refused
from tests import make
from tests.communities.conftest import addresses, cells_of


@pytest.fixture
def told(capsys):
    """What a command printed as JSON, and its exit code."""

    def run(*arguments) -> tuple[dict, int]:
        code = 0
        try:
            call_command(*arguments, "--json")
        except SystemExit as end:
            code = end.code
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == 1
        return json.loads(lines[0]), code

    return run


def test_create_community_answers_with_its_id(account, told):
    answer, code = told(
        "create_community", "--account=fengniao", "--name=腾讯小区", "--levels=栋,单元,房间号"
    )

    community = Community.objects.get(pk=answer["id"])
    assert code == 0
    assert (community.account, community.name) == (account, "腾讯小区")
    assert community.levels == ["栋", "单元", "房间号"]
    assert BuildingNode.objects.get(community=community).is_root


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"account": "nobody"}, "there is no account nobody"),
        ({"name": ""}, "请填写此项"),
        ({"name": "长" * 41}, "40"),
        ({"levels": "栋,,房间号"}, "二级结构：请填写名称"),
        ({"levels": "栋,姓名"}, "已有的列名"),
        ({"levels": "1,2,3,4,5,6,7,8,9"}, "需要 1 至 8 级"),
        ({"name": "别家小区"}, "已有同名小区"),
        ({"phone": "call me"}, "电话"),
    ],
)
def test_create_community_refuses(account, told, changed, reason):
    make.community(account, "别家小区")
    options = {"account": "fengniao", "name": "腾讯小区", "levels": "栋,房间号"} | changed

    answer, code = told("create_community", *(f"--{k}={v}" for k, v in options.items()))

    assert code == 1
    assert reason in answer["error"]
    assert list(Community.objects.values_list("name", flat=True)) == ["别家小区"]


def test_create_community_says_it_to_people_too(account, capsys):
    call_command("create_community", "--account=fengniao", "--name=腾讯小区", "--levels=房间号")

    assert "腾讯小区 (房间号)" in capsys.readouterr().out


def test_export_structure_writes_the_workbook(community, told, tmp_path):
    make.node(community, "A 1 101")
    folder = tmp_path / "exports"
    folder.mkdir()
    out = folder / "out.xlsx"

    answer, code = told("export_structure", "--community", str(community.pk), str(out))

    assert (answer["rows"], code) == (1, 0)
    assert cells_of(out)[1][1:5] == ["腾讯小区", "A", "1", "101"]
    assert [path.name for path in folder.iterdir()] == ["out.xlsx"]


def test_export_structure_refuses_what_is_not_there(community, told, tmp_path):
    answer, code = told("export_structure", "--community=999999", str(tmp_path / "out.xlsx"))

    assert (answer["error"], code) == ("there is no community 999999", 1)
    assert list(tmp_path.glob("*.xlsx")) == []


def test_export_structure_refuses_a_folder_that_is_not_there(community, told, tmp_path):
    out = tmp_path / "none" / "out.xlsx"

    answer, code = told("export_structure", f"--community={community.pk}", str(out))

    assert answer["error"].startswith(f"cannot write {out}")
    assert code == 1


def test_check_trees_is_content_with_sound_trees(community, told):
    make.node(community, "A 1 101")

    answer, code = told("check_trees")

    assert (answer, code) == ({"communities": 1, "fixed": 0, "problems": []}, 0)


def test_check_trees_prints_a_line_for_every_violation(community):
    node = make.node(community, "A 1 101")
    BuildingNode.objects.filter(pk=node.pk).update(level=2, address="?")

    with pytest.raises(CommandError) as refusal:
        call_command("check_trees")

    lines = str(refusal.value).splitlines()
    assert refusal.value.returncode == 1
    assert len(lines) == 2
    assert all(line.startswith(f"community {community.pk} 腾讯小区: node") for line in lines)


def test_check_trees_fixes_only_what_it_is_told_to(account, community, told):
    other = make.community(account, "蜂鸟小区")
    for each in (community, other):
        make.node(each, "A 1 101")
        BuildingNode.objects.filter(community=each).update(level=0)

    answer, code = told("check_trees", "--fix", f"--community={community.pk}")

    assert (answer, code) == ({"communities": 1, "fixed": 3, "problems": []}, 0)
    assert addresses(community) == ["A", "A 1", "A 1 101"]
    with pytest.raises(Refused):
        call_command("check_trees")


def test_check_trees_refuses_an_unknown_community(community, told):
    answer, code = told("check_trees", "--community=999999")

    assert (answer["error"], code) == ("there is no community 999999", 1)
