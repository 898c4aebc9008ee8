"""The trail: who did what, to which rows, from where and when. Entries are only ever added."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import connection, models

from haina.accounts.models import AuditEntry
from haina.lib.history import BY_ITSELF
from haina.lib.requests import address_of

MOST_IDS = 1000  # of a bulk act; `count` always holds the true number


@dataclass(frozen=True)
class Actor:
    """Who acts: an administrator, ops, or the installation itself."""

    label: str
    account_id: int | None = None
    administrator_id: int | None = None
    user_id: int | None = None
    address: str | None = None
    request_id: str = ""

    @classmethod
    def of(cls, administrator, request=None) -> Self:
        return cls(
            label=administrator.user.name,
            account_id=administrator.account_id,
            administrator_id=administrator.pk,
            user_id=administrator.user_id,
            address=address_of(request) if request else None,
            request_id=request.id if request else "",
        )

    @classmethod
    def ops(cls, request) -> Self:
        return cls.signed_in(request)

    @classmethod
    def signed_in(cls, request) -> Self:
        """Somebody outside of any account."""
        user = request.user
        return cls(
            label=user.name,
            user_id=user.pk,
            address=address_of(request),
            request_id=request.id,
        )

    @classmethod
    def invited(cls, name: str, account, request) -> Self:
        """Somebody who accepts an invitation, and who may be no user yet."""
        return cls(
            label=name,
            account_id=account.pk,
            user_id=request.user.pk,
            address=address_of(request),
            request_id=request.id,
        )

    @classmethod
    def in_wechat(cls, label: str, request) -> Self:
        """A resident or an applicant on a page inside WeChat. The label names nobody."""
        return cls(
            label=label,
            account_id=request.account.pk,
            address=address_of(request),
            request_id=request.id,
        )

    @classmethod
    def command(cls, account=None) -> Self:
        """Somebody at the command line of the installation."""
        return cls(label="bin/manage", account_id=account.pk if account else None)

    @classmethod
    def nightly(cls, account) -> Self:
        """What the installation does by itself."""
        return cls(label=BY_ITSELF, account_id=account.pk)


def record(
    action: str,
    rows: Sequence[models.Model],
    *,
    by: Actor,
    at: datetime,
    fields: Collection[str] = (),
    account_id: int | None = None,
    reason: str = "",
) -> None:
    """Add an entry about rows of one model. `action` is noun.past_participle."""
    ids = [row.pk for row in rows]
    model = rows[0]._meta.label_lower if rows else ""
    record_ids(
        action, model, ids, by=by, at=at, fields=fields, account_id=account_id, reason=reason
    )


def record_ids(
    action: str,
    model: str,
    ids: Sequence[int],
    *,
    by: Actor,
    at: datetime,
    fields: Collection[str] = (),
    account_id: int | None = None,
    reason: str = "",
    count: int | None = None,
) -> None:
    """As record(), for set-based writes that hold no instances. `count` is given where the rows are
    too many to be named."""
    AuditEntry.objects.create(
        account_id=account_id or by.account_id,
        user_id=by.user_id,
        actor=by.label,
        action=action,
        model=model,
        ids=list(ids[:MOST_IDS]),
        count=len(ids) if count is None else count,
        fields=sorted(fields),
        address=by.address or None,
        request_id=by.request_id,
        reason=reason,
        at=at,
    )


def reason_given(action: str, *, by: Actor) -> str:
    """Why, as it was told when the request asked for what a job does later; "" if nothing was."""
    told = AuditEntry.objects.filter(
        account=by.account_id, action=action, request_id=by.request_id, user=by.user_id
    )
    return (by.request_id and told.values_list("reason", flat=True).last()) or ""


def explain(action: str, *, by: Actor, **more: int | str) -> None:
    """Say who writes and why to the row history, for the rest of the transaction: each event of
    django-pghistory keeps this as its pgh_context. Called before the rows are written."""
    context = {"action": action, "actor": by.label, "administrator": by.administrator_id} | more
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_metadata', %s, true)", [json.dumps(context)]
        )
