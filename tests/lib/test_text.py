import pytest

from haina.lib.masking import mask_id_number, mask_middle, mask_phone
from haina.lib.natural import natural_key
from haina.lib.text import compact, tidy


def test_natural_order():
    names = ["1", "2", "10", "101", "A", "A2", "A10", "A座", "B", "东区", "西区"]

    names.reverse()
    assert sorted(names, key=natural_key) == list(reversed(names))


@pytest.mark.parametrize(("one", "other"), [("Ａ１", "a1"), (" 1栋 ", "１栋"), ("01", "1")])
def test_equal_keys(one, other):
    assert natural_key(one) == natural_key(other)


def test_the_longest_key_fits_its_column():
    assert len(natural_key("栋" * 500)) == 200


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  张\u3000三 ", "张 三"),
        ("１３８００１３８０００", "13800138000"),
        ("张\x00三\u200b", "张三"),
        ("a\r\nb\tc", "a b c"),
        ("e\u0301", "\u00e9"),
        ("\ud83d", ""),
    ],
)
def test_tidy(typed, meant):
    assert tidy(typed) == meant


def test_compact():
    assert compact(" 138 0013　8000 ") == "13800138000"


def test_masks():
    assert mask_phone("+8618124768126") == "181*****26"
    assert mask_id_number("440304198511080000") == "440*************00"
    assert mask_middle("1234", head=3, tail=2) == "****"
