from haina.accounts.models.account import RESERVED_SLUGS, ServiceAccount
from haina.accounts.models.administrators import (
    MOST_SYSTEM_ADMINISTRATORS,
    Administrator,
    AdministratorQuerySet,
    Grant,
    Scan,
)
from haina.accounts.models.offers import Handover, Invitation
from haina.accounts.models.trail import AuditEntry, AuditQuerySet
from haina.accounts.models.users import RecoveryCode, SecondFactor, User

__all__ = [
    "Administrator",
    "AdministratorQuerySet",
    "AuditEntry",
    "AuditQuerySet",
    "Grant",
    "Handover",
    "Invitation",
    "MOST_SYSTEM_ADMINISTRATORS",
    "RESERVED_SLUGS",
    "RecoveryCode",
    "Scan",
    "SecondFactor",
    "ServiceAccount",
    "User",
]
