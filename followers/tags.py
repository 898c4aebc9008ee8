"""Takes over the list of WeChat's tags."""

from collections.abc import Iterable, Mapping

from django.db import connection

from followers.merging import merged
from followers.models import Tag
from haina.wechat.official import AccountTag

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
    Tag.objects.update_or_create(account_id=account_id, name=name, gone=False, defaults=there)
