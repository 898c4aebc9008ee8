"""Tags of an account, and who carries them."""

from collections import Counter

from haina.sandbox import followers
from haina.sandbox.call import Call
from haina.sandbox.errors import Refused
from haina.sandbox.world import SYSTEM_TAGS, Account

MOST_TAGS, NAME_BYTES, MOST_TAGGED, TAGS_A_PERSON = 100, 30, 50, 20
TOO_MANY_FANS = 100_000
SYSTEM = {0, 1, 2}


def create(call: Call) -> dict:
    account, name = call.account, asked_name(call)
    if len(account.tags) - len(SYSTEM_TAGS) >= MOST_TAGS:
        raise Refused(45056)
    account.last_tag += 1
    account.tags[account.last_tag] = name
    return {"tag": {"id": account.last_tag, "name": name}}


def get(call: Call) -> dict:
    account = call.account
    counts = Counter(tag for person in account.followers() for tag in person.tag_ids)
    tags = account.tags.items()
    return {"tags": [{"id": pk, "name": name, "count": counts[pk]} for pk, name in tags]}


def update(call: Call) -> None:
    tag = changeable(call)
    call.account.tags[tag] = asked_name(call, besides=tag)


def delete(call: Call) -> None:
    account, tag = call.account, changeable(call)
    carriers = [person for person in account.people.values() if tag in person.tag_ids]
    if len(carriers) > TOO_MANY_FANS:
        raise Refused(45057)
    for person in carriers:
        person.tag_ids.remove(tag)
    del account.tags[tag]


def carriers(call: Call) -> dict:
    tag = known(call.account, call.body.get("tagid"))
    people = [person for person in call.account.followers() if tag in person.tag_ids]
    return followers.page(call.account, people, call.body.get("next_openid"))


def of_person(call: Call) -> dict:
    return {"tagid_list": list(call.account.person(call.body.get("openid")).tag_ids)}


def give(call: Call) -> None:
    people = followers.listed(call, MOST_TAGGED)
    tag = known(call.account, call.body.get("tagid"))
    without = [person for person in people if tag not in person.tag_ids]
    if any(len(person.tag_ids) >= TAGS_A_PERSON for person in without):
        raise Refused(45059)
    for person in without:
        person.tag_ids.append(tag)


def take(call: Call) -> None:
    people = followers.listed(call, MOST_TAGGED)
    tag = known(call.account, call.body.get("tagid"))
    for person in people:
        if tag in person.tag_ids:
            person.tag_ids.remove(tag)


def known(account: Account, tag) -> int:
    if not isinstance(tag, int) or tag not in account.tags:
        raise Refused(45159)
    return tag


def changeable(call: Call) -> int:
    tag = asked(call).get("id")
    if isinstance(tag, int) and tag in SYSTEM:
        raise Refused(45058)
    return known(call.account, tag)


def asked(call: Call) -> dict:
    tag = call.body.get("tag")
    if not isinstance(tag, dict):
        raise Refused(40035)
    return tag


def asked_name(call: Call, *, besides: int | None = None) -> str:
    """A name that no other tag has, of at most 30 bytes."""
    name = asked(call).get("name")
    if not isinstance(name, str) or not name.strip():
        raise Refused(45157)
    if len(name.encode()) > NAME_BYTES:
        raise Refused(45158)
    if any(other == name for pk, other in call.account.tags.items() if pk != besides):
        raise Refused(45157)
    return name
