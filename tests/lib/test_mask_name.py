import pytest

from haina.lib.masking import mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("欧阳小三", "欧*三"),
        ("张", "*"),
        ("", ""),
        ("𠮷野家", "𠮷*家"),  # outside of the basic plane: one character all the same
        ("𠮷野", "𠮷*"),
        ("李葛\U000e0100", "李*"),  # the variation selector is no character of its own
        ("e\u0301lodie", "e*e"),
        ("John Smith", "J*h"),
        ("买买提·艾力", "买*力"),
        ("Li", "L*"),
        ("😀😀", "*"),
        ("张\u200b三", "张*"),
        ("·张", "*"),
    ],
)
def test_names_are_masked(name, masked):
    assert mask_name(name) == masked
