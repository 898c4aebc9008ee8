from residents.models.applications import Notice, VerificationApplication
from residents.models.imports import Import
from residents.models.moves import Move
from residents.models.people import (
    ID_NUMBER_LENGTH,
    IDENTITY_RANK,
    NAME_LENGTH,
    Binding,
    Person,
    RemovedResident,
    Resident,
    ResidentQuerySet,
)
from residents.models.verification import Invitation, Rules

__all__ = [
    "IDENTITY_RANK",
    "ID_NUMBER_LENGTH",
    "NAME_LENGTH",
    "Binding",
    "Import",
    "Invitation",
    "Move",
    "Notice",
    "Person",
    "RemovedResident",
    "Resident",
    "ResidentQuerySet",
    "Rules",
    "VerificationApplication",
]
