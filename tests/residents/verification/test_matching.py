"""Laws of the comparison, held over generated cases."""

import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from residents.models import Resident
from residents.verification.matching import COMPARED, Claim, Outcome, Verdict, compare, plain

CASES = settings(max_examples=350, deadline=None)  # of each of the six laws
PHONES = st.sampled_from(["+8618913112121", "+8618913112122", "+85251234567"])
NAMES = st.text("张三李四 　ＴomO·阿卜", max_size=6)
ID_NUMBERS = st.sampled_from(["", "11010519491231002X", "11010519491231002x", "E12345678"])
CLAIMS = st.builds(
    Claim,
    name=NAMES,
    phone=PHONES,
    identity=st.sampled_from(Resident.Identity.values),
    id_number=ID_NUMBERS,
)
ZHANG = Claim("张三", "+8618913112121", "owner", "11010519491231002X")


def wider(text: str) -> str:
    """The same in full width, with spaces and in upper case."""
    wide = (chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text.upper())
    return " " + "\u3000".join(wide) + " "


@CASES
@given(one=CLAIMS, other=CLAIMS)
def test_it_does_not_matter_which_of_the_two_is_on_file(one, other):
    there, back = compare(one, [(1, other)]), compare(other, [(1, one)])

    assert (there.outcome, there.record, there.evidence) == (
        back.outcome,
        back.record,
        back.evidence,
    )


@CASES
@given(text=st.text(max_size=12))
def test_what_is_made_comparable_stays_as_it_is(text):
    assert plain(plain(text)) == plain(text)
    assert plain(text) == plain(f" {text}\u3000")
    assert not any(char.isspace() for char in plain(text))
    assert unicodedata.is_normalized("NFKC", plain(text))


@CASES
@given(text=st.text(string.printable, max_size=12))
def test_width_spaces_and_case_do_not_count(text):
    assert plain(wider(text)) == plain(text)


@CASES
@given(claim=CLAIMS, records=st.lists(CLAIMS, max_size=4, unique_by=lambda each: each.phone))
def test_nobody_matches_without_the_phone(claim, records):
    match = compare(claim, list(enumerate(records)))
    same = [key for key, record in enumerate(records) if record.phone == claim.phone]

    assert [match.record] == (same or [None])
    assert (match.outcome == Outcome.UNKNOWN) == (same == [])


@CASES
@given(claim=CLAIMS, record=CLAIMS)
def test_the_evidence_is_complete_and_carries_the_outcome(claim, record):
    match = compare(claim, [(7, record)])

    assert set(match.evidence) == set(COMPARED)
    if match.outcome == Outcome.UNKNOWN:
        assert set(match.evidence.values()) == {Verdict.ABSENT}
        return
    needed = [match.evidence[name] for name in ("phone", "name", "identity")]
    agrees = needed == [Verdict.AGREED] * 3 and match.evidence["id_number"] != Verdict.DIFFERED
    assert (match.outcome == Outcome.CONSISTENT) == agrees


@CASES
@given(claim=CLAIMS, records=st.lists(CLAIMS, max_size=4, unique_by=lambda each: each.phone))
def test_the_order_of_the_records_changes_nothing(claim, records):
    pairs = list(enumerate(records))

    assert compare(claim, pairs) == compare(claim, pairs[::-1])


@pytest.mark.parametrize(
    "told",
    [
        {"name": "张 三"},
        {"name": "　张　三　"},
        {"name": "张\u200b三"},
        {"id_number": "11010519491231002x"},
        {"id_number": "１１０１０５１９４９１２３１００２Ｘ"},
        {"id_number": ""},
    ],
)
def test_the_same_in_another_hand(told):
    claim = Claim(**(vars(ZHANG) | told))

    assert compare(claim, [(1, ZHANG)]).outcome == Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("told", "differs"),
    [
        ({"name": "张山"}, "name"),
        ({"name": ""}, "name"),
        ({"identity": "family"}, "identity"),
        ({"id_number": "E12345678"}, "id_number"),
    ],
)
def test_another_one_with_the_same_phone(told, differs):
    match = compare(Claim(**(vars(ZHANG) | told)), [(1, ZHANG)])

    assert match.outcome == Outcome.DIFFERENT
    assert match.record == 1
    assert match.evidence[differs] != Verdict.AGREED


def test_letters_in_either_case_and_width_are_one_name():
    tom = Claim("Tom O'Neil", "+85251234567", "tenant")
    typed = Claim("ＴＯＭ o'neil", "+85251234567", "tenant")

    assert compare(typed, [(1, tom)]).outcome == Outcome.CONSISTENT


def test_an_empty_room_knows_nobody():
    match = compare(ZHANG, [])

    assert (match.outcome, match.record) == (Outcome.UNKNOWN, None)
    assert match.evidence == dict.fromkeys(COMPARED, Verdict.ABSENT)
