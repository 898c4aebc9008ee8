"""What the console does to followers and tags. Each act is one transaction with its entry in the
trail; it writes what we want, and the pushing task brings that to WeChat."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Func, Q

from followers import sync
from followers.bells import PUSH, SYNCHRONISE
from followers.models import Follower, Tag
from followers.refusals import (
    MOST_TAGS,
    MOST_TAGS_EACH,
    TagExists,
    TagGone,
    TooManyTags,
    TooManyTagsEach,
)
from followers.store import mark_to_push
from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.jobs.bells import ring
from haina.lib.locks import Lock, hold

MODEL = Follower._meta.label_lower


@dataclass(frozen=True)
class Change:
    """Something to be done to followers. `needed` finds those of whom it is not true yet."""

    action: str
    field: str
    needed: Q
    values: dict[str, Any]
    pushes: bool = True
    tag_ids: frozenset[int] = frozenset()  # that must still be there


def starring(on: bool) -> Change:
    """Stars are ours alone: WeChat lets nobody read or write its own."""
    action = "follower.starred" if on else "follower.unstarred"
    return Change(action, "starred", Q(starred=not on), {"starred": on}, pushes=False)


def blocking(on: bool) -> Change:
    action = "follower.blocked" if on else "follower.unblocked"
    return Change(action, "blocked", Q(blocked=not on), {"blocked": on})


def tagging(add: Collection[int], remove: Collection[int] = ()) -> Change:
    """Give some tags, by their pks, and take others away."""
    add, remove = sorted(set(add)), sorted(set(remove) - set(add))
    needed = ~Q(tag_ids__contains=add) if add else Q(pk=None)
    if remove:
        needed |= Q(tag_ids__overlap=remove)
    action = "follower.tagged"
    values = {"tag_ids": tags_after(add, remove)}
    return Change(action, "tag_ids", needed, values, tag_ids=frozenset(add))


def tags_after(add: Sequence[int], remove: Sequence[int]) -> Func:
    template = """ARRAY(
        SELECT DISTINCT tag FROM unnest(%(expressions)s || %(add)s::int[]) AS tag
        WHERE tag <> ALL(%(remove)s::int[]) ORDER BY tag
    )"""
    return Func(F("tag_ids"), template=template, add=array(add), remove=array(remove))


def array(pks: Sequence[int]) -> str:
    return f"'{{{','.join(str(int(pk)) for pk in pks)}}}'"


@transaction.atomic
def change_all(
    account: ServiceAccount, followers, change: Change, *, by: audit.Actor, now: datetime
) -> int:
    """Make the change true of all these followers; how many it was not true of before. Raises
    TagGone, or TooManyTagsEach if one of them would have too many."""
    hold(Lock.FOLLOWERS, account.pk)
    refuse_gone_tags(account, change.tag_ids)
    rows = followers.filter(change.needed, account=account).order_by("pk")
    pks = list(rows.select_for_update(of=["self"]).values_list("pk", flat=True))
    if not pks:
        return 0
    chosen = Follower.objects.filter(pk__in=pks)
    chosen.update(**change.values)
    if change.tag_ids:
        refuse_crowds(chosen)
    if change.pushes:
        mark_to_push(account.pk, pks)
        push_soon(account)
    audit.record_ids(change.action, MODEL, pks, by=by, at=now, fields=[change.field])
    return len(pks)


def refuse_crowds(followers) -> None:
    crowded = followers.filter(tag_ids__len__gt=MOST_TAGS_EACH).count()
    if crowded:
        raise TooManyTagsEach(crowded)


def refuse_gone_tags(account: ServiceAccount, pks: Collection[int]) -> None:
    there = Tag.objects.filter(account=account, gone=False, pk__in=pks)
    if pks and there.count() != len(pks):
        raise TagGone


@transaction.atomic
def remark(follower: Follower, text: str, *, by: audit.Actor, now: datetime) -> bool:
    """修改备注; "" takes it away. False if it was so already. What is too long for WeChat stays
    here only."""
    hold(Lock.FOLLOWERS, follower.account_id)
    rows = Follower.objects.filter(pk=follower.pk).exclude(remark=text)
    if not rows.update(remark=text):
        return False
    mark_to_push(follower.account_id, [follower.pk])
    push_soon(follower.account)
    audit.record("follower.remarked", [follower], by=by, at=now, fields=["remark"])
    return True


@transaction.atomic
def forget_names(account_id: int, pks: Collection[int]) -> None:
    """Of people who were erased: what they call themselves, and what is noted of them, here and at
    WeChat. Part of the caller's act, which it is told with."""
    hold(Lock.FOLLOWERS, account_id)
    Follower.objects.filter(account=account_id, pk__in=pks).update(nickname="", remark="")
    mark_to_push(account_id, pks)
    ring(PUSH, account_id)


@transaction.atomic
def add_tag(account: ServiceAccount, name: str, *, by: audit.Actor, now: datetime) -> Tag:
    """新建标签. Raises TooManyTags or TagExists."""
    hold(Lock.FOLLOWERS, account.pk)
    if Tag.objects.filter(account=account, gone=False).count() >= MOST_TAGS:
        raise TooManyTags
    tag = Tag(account=account, name=name)
    save(tag)
    audit.record("tag.added", [tag], by=by, at=now)
    push_soon(account)
    return tag


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, by: audit.Actor, now: datetime) -> None:
    """Raises TagExists or TagGone. A name that WeChat has refused is tried again when it is saved
    again."""
    hold(Lock.FOLLOWERS, tag.account_id)
    tag = still_there(tag)
    if tag.name == name and tag.push_fault is None:
        return
    tag.name, tag.push_fault = name, None
    save(tag)
    audit.record("tag.renamed", [tag], by=by, at=now, fields=["name"])
    push_soon(tag.account)


@transaction.atomic
def delete_tag(tag: Tag, *, by: audit.Actor, now: datetime) -> None:
    """Nobody sees the tag any more. The pushing task deletes it at WeChat and takes it from whoever
    has it; where WeChat refuses, it comes back. Raises TagGone."""
    hold(Lock.FOLLOWERS, tag.account_id)
    tag = still_there(tag)
    tag.gone, tag.push_fault = True, None
    tag.save(update_fields=["gone", "push_fault"])
    audit.record("tag.deleted", [tag], by=by, at=now)
    push_soon(tag.account)


def still_there(tag: Tag) -> Tag:
    there = Tag.objects.select_related("account").select_for_update(of=["self"])
    tag = there.filter(pk=tag.pk, gone=False).first()
    if tag is None:
        raise TagGone
    return tag


def save(tag: Tag) -> None:
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError as error:
        if "tag_name_once" in str(error):
            raise TagExists from None
        raise


def push_soon(account: ServiceAccount) -> None:
    """Have what differs brought to WeChat as soon as this transaction is committed."""
    ring(PUSH, account.pk)


@transaction.atomic
def sync_soon(account: ServiceAccount, *, now: datetime) -> None:
    """同步: have WeChat's list of followers read; a pass that is under way goes on."""
    sync.ask(account.pk, now=now)
    ring(SYNCHRONISE, account.pk)
