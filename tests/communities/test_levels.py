import pytest

from communities import services
from communities.levels import fault_of_all, faults_of, label_of, placeholder_of
from communities.models import Community
from communities.services import Level, LevelsRefused
from tests import make


def test_the_editor_speaks_as_the_guide_does():
    assert label_of(0) == "一级结构"
    assert label_of(7) == "八级结构"
    assert placeholder_of(0) == "请输入一级结构名称，如组团"
    assert placeholder_of(3) == "请输入四级结构名称，如门牌号"
    assert placeholder_of(4) == "请输入五级结构名称"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["栋", ""], "请填写名称"),
        (["栋", "栋"], "重名"),
        (["A栋", "a 栋"], "重名"),
        (["栋", "姓名"], "已有的列名"),
        (["房间Id"], "已有的列名"),
        (["证件号（如身份证，护照）"], "已有的列名"),
        (["长" * 41], "最多 40 个字"),
    ],
)
def test_a_bad_name_is_told_at_its_row(names, told):
    faults = faults_of(names)

    assert told in faults[-1]
    assert not any(faults[:-1])


@pytest.mark.parametrize("number", [0, 9])
def test_there_are_one_to_eight(number):
    assert fault_of_all([f"级{n}" for n in range(number)]) == "楼栋结构需要 1 至 8 级。"


def correct(community, levels, by, now):
    services.correct(
        community,
        name=community.name,
        address="",
        phone="",
        levels=levels,
        by=by,
        now=now,
    )
    return Community.objects.get(pk=community.pk).levels


@pytest.fixture
def change(community, by):
    from django.utils import timezone

    return lambda *levels: correct(community, levels, by, timezone.now())


def test_levels_are_renamed_at_any_time(community, change):
    make.resident(community, "A 1 101")

    assert change(Level("楼", 0), Level("梯", 1), Level("室", 2)) == ["楼", "梯", "室"]


def test_a_level_is_added_below_while_nobody_lives_there(community, change):
    make.node(community, "A 1 101")

    levels = change(Level("栋", 0), Level("单元", 1), Level("房间号", 2), Level("床位"))

    assert levels == ["栋", "单元", "房间号", "床位"]


def test_no_level_is_added_below_rooms_with_residents(community, change):
    make.resident(community, "A 1 101")

    with pytest.raises(LevelsRefused, match="房间里已有 1 位住户"):
        change(Level("栋", 0), Level("单元", 1), Level("房间号", 2), Level("床位"))


def test_a_level_with_nodes_is_not_removed(community, change):
    make.node(community, "A 1")

    with pytest.raises(LevelsRefused, match="“单元”这一级已有楼栋或房间"):
        change(Level("栋", 0), Level("房间号", 2))


def test_an_empty_level_is_removed(community, change):
    make.node(community, "A 1")

    assert change(Level("栋", 0), Level("单元", 1)) == ["栋", "单元"]


def test_levels_with_nodes_keep_their_order(community, change):
    make.node(community, "A 1")

    with pytest.raises(LevelsRefused, match="不能删除或调整顺序"):
        change(Level("单元", 1), Level("栋", 0), Level("房间号", 2))
