"""The fence: rows are reached through `.within(scope)`, and through nothing else."""

from dataclasses import dataclass
from typing import Self

from django.db import models


@dataclass(frozen=True)
class Scope:
    """One service account, cut down to some of its communities or not."""

    account_id: int
    community_ids: frozenset[int] | None = None  # None: all of them, also those added later

    @classmethod
    def of(cls, administrator) -> Self:
        """The creator is never cut down: somebody must be able to reach everything."""
        if administrator.role == administrator.Role.CREATOR:
            return cls(administrator.account_id)
        ids = frozenset(administrator.communities.values_list("pk", flat=True))
        return cls(administrator.account_id, ids or None)

    @property
    def is_limited(self) -> bool:
        return self.community_ids is not None

    @classmethod
    def whole(cls, account) -> Self:
        """For commands and nightly work, which walk the accounts one by one."""
        return cls(account.pk)


class ScopedQuerySet(models.QuerySet):
    """Rows of accounts. `account_path` and `community_path` say how a row belongs to one."""

    account_path = "community__account"
    community_path: str | None = "community"  # None: such rows belong to the account as a whole

    def within(self, scope: Scope) -> Self:
        rows = self.filter(**{self.account_path: scope.account_id})
        if scope.community_ids is None or self.community_path is None:
            return rows
        return rows.filter(**{f"{self.community_path}__in": scope.community_ids})


class OfAccountQuerySet(ScopedQuerySet):
    """Rows of an account as a whole: communities cut nothing off."""

    account_path = "account"
    community_path = None
