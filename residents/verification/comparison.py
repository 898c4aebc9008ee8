"""An application beside the record on file, as far as the viewer's rights go."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from haina.accounts.permissions import ResidentField, Rights
from haina.lib.masking import mask_id_number, mask_phone
from residents.models import Resident, VerificationApplication
from residents.verification.acceptance import Acceptance
from residents.verification.applications import claim_of
from residents.verification.matching import COMPARED, Verdict, verdicts

LABELS = {
    "name": _("姓名"),
    "phone": _("手机号"),
    "identity": _("用户身份"),
    "lease_ends_on": _("租约到期时间"),
    "id_number": _("证件号"),
}


@dataclass(frozen=True)
class Line:
    """One field: what was submitted, what is on file, a Verdict ("" where there is none), and
    whether an approval changes the record in it."""

    label: str
    asked: str
    on_file: str = ""
    verdict: str = ""
    changes: bool = False


def compares(rights: Rights) -> bool:
    """May the record on file be told? Which one is meant follows from the room and the phone."""
    return not {"phone", "address"} & rights.hidden_fields


def tells_outcome(rights: Rights) -> bool:
    """The outcome would tell of each field that it was made of."""
    return compares(rights) and not set(COMPARED) & rights.hidden_fields


def lines(application: VerificationApplication, planned: Acceptance, rights: Rights) -> list[Line]:
    """Every field that the rights show and that either of the two has."""
    record = planned.resident if compares(rights) else None
    names = [name for name in LABELS if ResidentField.covering(name) not in rights.hidden_fields]
    if record is None:
        alone = [Line(LABELS[name], told(application, name)) for name in names]
        return [line for line in alone if line.asked]
    found = verdicts(claim_of(application), claim_of(record))
    if application.lease_ends_on != record.lease_ends_on:
        found["lease_ends_on"] = Verdict.DIFFERED
    both = [
        Line(
            LABELS[name],
            told(application, name),
            told(record, name),
            found.get(name, ""),
            name in planned.changes,
        )
        for name in names
    ]
    return [line for line in both if line.asked or line.on_file]


def told(person: VerificationApplication | Resident, name: str) -> str:
    """A value as reviewers see it: phones and ID numbers masked."""
    if name == "identity":
        return person.get_identity_display()
    value = getattr(person, name)
    if name == "phone":
        return mask_phone(value)
    if name == "id_number":
        return mask_id_number(value)
    return str(value or "")
