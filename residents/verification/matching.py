"""Whether an application agrees with a record of the room: pure, and the only place to say so."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from haina.lib.text import without_controls
from residents.models import Person, VerificationApplication

Outcome = VerificationApplication.Outcome
COMPARED = ("phone", "name", "identity", "id_number")


class Verdict(StrEnum):
    AGREED = "agreed"
    DIFFERED = "differed"
    ABSENT = "absent"  # one of the two sides has none


@dataclass(frozen=True)
class Claim:
    """What somebody says of themselves, or what is on file of somebody: the phone in E.164."""

    name: str
    phone: str
    identity: str
    id_number: str = ""


@dataclass(frozen=True)
class Match:
    """`record` is the key of the one that has the phone; the evidence names every field of
    COMPARED."""

    outcome: str
    record: int | None = None
    evidence: dict[str, str] = field(default_factory=dict)


def claim_of(person: Person | VerificationApplication) -> Claim:
    return Claim(person.name, str(person.phone), person.identity, person.id_number)


def compare(claim: Claim, records: Collection[tuple[int, Claim]]) -> Match:
    """A claim with the records of its room. The room and the phone say which one is meant: at most
    one has it."""
    for key, record in records:
        if record.phone == claim.phone:
            return Match(outcome_of(evidence := verdicts(claim, record)), key, evidence)
    return Match(Outcome.UNKNOWN, None, dict.fromkeys(COMPARED, Verdict.ABSENT))


def verdicts(claim: Claim, record: Claim) -> dict[str, str]:
    return {
        name: verdict(plain(getattr(claim, name)), plain(getattr(record, name)))
        for name in COMPARED
    }


def verdict(one: str, other: str) -> Verdict:
    if not (one and other):
        return Verdict.ABSENT
    return Verdict.AGREED if one == other else Verdict.DIFFERED


def outcome_of(evidence: dict[str, str]) -> str:
    """Only an ID number may be absent."""
    needed = {evidence[name] for name in ("phone", "name", "identity")}
    if needed == {Verdict.AGREED} and evidence["id_number"] != Verdict.DIFFERED:
        return Outcome.CONSISTENT
    return Outcome.DIFFERENT


def plain(text: str) -> str:
    """As people write the same thing in different ways: width, spaces and case do not count."""
    folded = unicodedata.normalize("NFKC", without_controls(text)).casefold()
    return unicodedata.normalize("NFKC", "".join(folded.split()))
