"""Keeps the list of tags and WeChat's own alike."""

from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from followers.merging import merged
from followers.models import Follower, Tag
from followers.store import mark_to_push
from haina.lib.locks import Lock, hold
from haina.wechat.errors import NOBODYS_FAULT, WeChatRefused
from haina.wechat.official import AccountTag, OfficialAccount

SYSTEM_TAGS = {0, 1, 2}  # WeChat's own groups

FORGET = """
UPDATE followers_follower SET tag_ids = array_remove(tag_ids, %(tag)s),
    tag_ids_there = array_remove(tag_ids_there, %(tag)s)
WHERE account_id = %(account)s AND (tag_ids @> ARRAY[%(tag)s] OR tag_ids_there @> ARRAY[%(tag)s])
"""


def take_over_tags(
    account_id: int, there: Iterable[AccountTag], *, known: Mapping[int, int]
) -> None:
    """Make our tags agree with those that WeChat has told. `known` was known before WeChat was
    asked, its ids to ours: what has been made since then is not missed. Called in a transaction
    that holds Lock.FOLLOWERS."""
    names = {tag.id: tag.name for tag in there if tag.id not in SYSTEM_TAGS}
    for pk in [pk for wechat_id, pk in known.items() if wechat_id not in names]:
        forget(account_id, pk)
    ours = {tag.wechat_id: tag for tag in Tag.objects.filter(account=account_id)}
    for wechat_id, name in names.items():
        if wechat_id in ours:
            rename(ours[wechat_id], name)
        else:
            adopt(account_id, wechat_id, name)


def known_tags(account_id: int) -> dict[int, int]:
    tags = Tag.objects.filter(account=account_id, wechat_id__isnull=False)
    return dict(tags.values_list("wechat_id", "pk"))


def forget(account_id: int, pk: int) -> None:
    """A tag is no more, neither here nor there."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"account": account_id, "tag": pk})
    Tag.objects.filter(account=account_id, pk=pk).delete()


def rename(tag: Tag, name: str) -> None:
    wanted = merged(tag.name_there, name, tag.name)
    if wanted != tag.name and Tag.objects.filter(account=tag.account_id, name=wanted).exists():
        wanted = tag.name
    if (tag.name, tag.name_there) != (wanted, name):
        tag.name, tag.name_there = wanted, name
        tag.save(update_fields=["name", "name_there"])


def adopt(account_id: int, wechat_id: int, name: str) -> None:
    """One that we have not met there: perhaps we have one of that name that is not there yet."""
    there = {"wechat_id": wechat_id, "name_there": name}
    ours = Tag.objects.filter(account=account_id, name=name, gone=False).first()
    if ours is None:
        Tag.objects.create(account_id=account_id, name=name, **there)
    elif ours.wechat_id is None:
        Tag.objects.filter(pk=ours.pk).update(**there)


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
    elif tag.wechat_id:
        wechat.rename_tag(tag.wechat_id, tag.name)
        Tag.objects.filter(pk=tag.pk).update(name_there=tag.name)
    else:
        settle(tag, left_there(tag, wechat) or wechat.create_tag(tag.name))


@transaction.atomic
def settle(tag: Tag, wechat_id: int) -> None:
    """The tag is at WeChat: now it can be given there to whoever has it here."""
    hold(Lock.FOLLOWERS, tag.account_id)
    Tag.objects.filter(pk=tag.pk).update(wechat_id=wechat_id, name_there=tag.name)
    followers = Follower.objects.filter(account=tag.account_id, tag_ids__contains=[tag.pk])
    mark_to_push(tag.account_id, followers.values_list("pk", flat=True))


def remove(tag: Tag, wechat: OfficialAccount) -> None:
    if tag.wechat_id in {there.id for there in wechat.tags()}:
        wechat.delete_tag(tag.wechat_id)
    with transaction.atomic():
        hold(Lock.FOLLOWERS, tag.account_id)
        forget(tag.account_id, tag.pk)


def left_there(tag: Tag, wechat: OfficialAccount) -> int | None:
    """WeChat's number of a tag of that name that is none of ours: we may have made it, and died
    before that was written down."""
    ours = known_tags(tag.account_id)
    there = (each.id for each in wechat.tags() if each.name == tag.name)
    return next((wechat_id for wechat_id in there if wechat_id not in ours), None)
