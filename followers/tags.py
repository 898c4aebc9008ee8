"""Keeps the list of tags and WeChat's own alike."""

from collections.abc import Iterable, Iterator, Mapping

from django.db import connection, transaction
from django.db.models import Q

from followers.merging import merged
from followers.models import Follower, Tag
from followers.store import mark_to_push
from haina.lib import faults
from haina.lib.locks import Lock, hold
from haina.wechat.errors import NOBODYS_FAULT, WeChatRefused
from haina.wechat.official import SYSTEM_TAGS, AccountTag, OfficialAccount

CHUNK = 2000  # followers that one transaction writes

FORGET = """
UPDATE followers_follower SET tag_ids = array_remove(tag_ids, %(tag)s),
    tag_ids_there = array_remove(tag_ids_there, %(tag)s) WHERE id = ANY(%(ids)s)
"""


def take_over_tags(
    account_id: int, there: Iterable[AccountTag], *, known: Mapping[int, int]
) -> None:
    """Make our tags agree with those that WeChat has told. `known` was known before WeChat was
    asked, its ids to ours: what has been made since then is not missed. Called in a transaction
    that holds Lock.FOLLOWERS."""
    names = {tag.id: tag.name for tag in there if tag.id not in SYSTEM_TAGS}
    forget_soon(pk for wechat_id, pk in known.items() if wechat_id not in names)
    ours = {tag.wechat_id: tag for tag in Tag.objects.filter(account=account_id)}
    for wechat_id, name in names.items():
        if wechat_id in ours:
            rename(ours[wechat_id], name)
        else:
            adopt(account_id, wechat_id, name)


def known_tags(account_id: int) -> dict[int, int]:
    tags = Tag.objects.filter(account=account_id, wechat_id__isnull=False)
    return dict(tags.values_list("wechat_id", "pk"))


def forget_soon(pks: Iterable[int]) -> None:
    """Tags that are no more at WeChat: nobody sees them, and the pushing task does the rest."""
    known = Tag.objects.filter(pk__in=list(pks))
    known.exclude(gone=True, push_fault=None).update(gone=True, push_fault=None)


def rename(tag: Tag, name: str) -> None:
    wanted = merged(tag.name_there, name, tag.name)
    if wanted != tag.name and Tag.objects.filter(account=tag.account_id, name=wanted).exists():
        wanted = tag.name
    if (tag.name, tag.name_there) != (wanted, name):
        tag.name, tag.name_there, tag.push_fault = wanted, name, None
        tag.save(update_fields=["name", "name_there", "push_fault"])


def adopt(account_id: int, wechat_id: int, name: str) -> None:
    """One that we have not met there: perhaps we have one of that name that is not there yet."""
    there = {"wechat_id": wechat_id, "name_there": name}
    ours = Tag.objects.filter(account=account_id, name=name, gone=False).first()
    if ours is None:
        Tag.objects.create(account_id=account_id, name=name, **there)
    elif ours.wechat_id is None:
        Tag.objects.filter(pk=ours.pk).update(**there, push_fault=None, to_give=True)


def push_tags(account_id: int, wechat: OfficialAccount) -> None:
    """Make, rename and delete at WeChat what was made, renamed and deleted here. What it refuses is
    told with the tag, which then waits for another name."""
    for tag in Tag.objects.filter(account=account_id).to_push().order_by("pk"):
        try:
            push_tag(tag, wechat)
        except NOBODYS_FAULT:
            raise
        except WeChatRefused as refusal:
            tell_refusal(tag, refusal.code)


@transaction.atomic
def tell_refusal(tag: Tag, code: int) -> None:
    """With the tag, unless it got another name meanwhile. One that WeChat does not delete comes
    back, if its name is still free."""
    hold(Lock.FOLLOWERS, tag.account_id)
    refused = Tag.objects.filter(pk=tag.pk, name=tag.name)
    refused.update(push_fault=code)
    of_that_name = Tag.objects.filter(account=tag.account_id, name=tag.name, gone=False)
    if not of_that_name.exists():
        refused.update(gone=False)


def push_tag(tag: Tag, wechat: OfficialAccount) -> None:
    if tag.gone:
        remove(tag, wechat)
        return
    if tag.wechat_id is None:
        settle(tag, left_there(tag, wechat) or wechat.create_tag(tag.name))
    if tag.to_give:
        give(tag)
    if tag.waits and tag.push_fault is None:
        wechat.rename_tag(tag.wechat_id, tag.name)
        Tag.objects.filter(pk=tag.pk).update(name_there=tag.name)


@transaction.atomic
def settle(tag: Tag, wechat_id: int) -> None:
    """The tag is at WeChat: now it can be given there to whoever has it here."""
    hold(Lock.FOLLOWERS, tag.account_id)
    tag.wechat_id, tag.name_there, tag.to_give = wechat_id, tag.name, True
    tag.save(update_fields=["wechat_id", "name_there", "to_give"])


def give(tag: Tag) -> None:
    for ids in chunks(tag.account_id, Q(tag_ids__contains=[tag.pk])):
        with transaction.atomic():
            hold(Lock.FOLLOWERS, tag.account_id)
            mark_to_push(tag.account_id, ids)
        faults.passing("followers.tag_chunk")
    Tag.objects.filter(pk=tag.pk).update(to_give=False)


def remove(tag: Tag, wechat: OfficialAccount) -> None:
    if tag.wechat_id in {there.id for there in wechat.tags()}:
        wechat.delete_tag(tag.wechat_id)
    forget(tag)


def forget(tag: Tag) -> None:
    """A tag is no more, neither here nor there. An answer that WeChat gave before may have brought
    it back to a few: these are looked for once more while nobody else writes."""
    having = Q(tag_ids__contains=[tag.pk]) | Q(tag_ids_there__contains=[tag.pk])
    for ids in chunks(tag.account_id, having):
        with transaction.atomic():
            hold(Lock.FOLLOWERS, tag.account_id)
            take_away(tag, ids)
        faults.passing("followers.tag_chunk")
    with transaction.atomic():
        hold(Lock.FOLLOWERS, tag.account_id)
        for ids in chunks(tag.account_id, having):
            take_away(tag, ids)
        Tag.objects.filter(pk=tag.pk).delete()


def take_away(tag: Tag, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"tag": tag.pk, "ids": ids})


def chunks(account_id: int, which: Q) -> Iterator[list[int]]:
    """The pks of followers, read before each chunk is written: a worker that dies has done those
    before it, and nobody waits for the lock longer than one takes."""
    last = 0
    found = Follower.objects.filter(which, account=account_id).order_by("pk")
    while ids := list(found.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]


def left_there(tag: Tag, wechat: OfficialAccount) -> int | None:
    """WeChat's number of a tag of that name that is none of ours: we may have made it, and died
    before that was written down."""
    ours = known_tags(tag.account_id)
    there = (each.id for each in wechat.tags() if each.name == tag.name)
    return next((wechat_id for wechat_id in there if wechat_id not in ours), None)
