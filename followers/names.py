"""How a follower is called, and what of that is searched.

WeChat gives no names any more. A follower is shown by our remark, else as the resident they are
bound to, else by the nickname they consented to give, else by the end of their openid. Who binds
followers to residents stands above this package and registers here at start.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Right, Upper
from django.utils.translation import gettext as _

from followers.models import Follower, FollowerQuerySet
from followers.pieces import Pieces, PiecesOf
from haina.accounts.audit import Actor
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.lib.text import tidy

TAIL = 4
ENDS_IN = re.compile(rf"(?:微信用户)?([\w-]{{{TAIL}}})", re.ASCII)
OPENID = re.compile(r"[\w-]{20,64}", re.ASCII)


@dataclass(frozen=True)
class Viewer:
    """By whose rights, and within which scope, residents are shown, searched and told apart."""

    rights: Rights
    scope: Scope


@dataclass(frozen=True)
class Binds:
    """What a package knows that binds followers to somebody. `names` are texts by the pk of the
    follower; `bindings` and `found` are rows with a `follower`; `refusal` is why this search may
    not be carried out, "" if it may."""

    may_be_seen: Callable[[Rights], bool]
    names: Callable[[Collection[int], Viewer], Mapping[int, str]]
    bindings: Callable[[Viewer], QuerySet]
    found: Callable[[str, Viewer], QuerySet]
    refusal: Callable[[str, Viewer, Actor, datetime], str]


bound: list[Binds] = []


@dataclass(frozen=True)
class Named:
    """What a follower is called, and as whom they are bound."""

    name: str
    resident: str = ""


def named(followers: Collection[Follower], viewer: Viewer) -> dict[int, Named]:
    """By pk, with one query for each package that binds."""
    pks, residents = [follower.pk for follower in followers], {}
    for binds in visible(viewer):
        residents |= binds.names(pks, viewer)
    return {each.pk: named_one(each, residents.get(each.pk, "")) for each in followers}


def named_one(follower: Follower, resident: str = "") -> Named:
    name = follower.remark or resident or follower.nickname
    return Named(name or _("微信用户%s") % follower.openid[-TAIL:], resident)


def visible(viewer: Viewer) -> list[Binds]:
    return [binds for binds in bound if binds.may_be_seen(viewer.rights)]


def matching(followers: FollowerQuerySet, text: str, viewer: Viewer) -> FollowerQuerySet:
    """By part of the remark or nickname, by the end of the openid or all of it, and by what the
    viewer may know of the resident."""
    text, everybody = tidy(text), Follower.objects.within(viewer.scope)
    found = [having(everybody, name, text).values("pk") for name in ("remark", "nickname")]
    if end := ENDS_IN.fullmatch(text):
        ending = everybody.annotate(end=Right("openid", TAIL)).filter(end=end[1])
        found.append(ending.values("pk"))
    if OPENID.fullmatch(text):
        found.append(everybody.filter(openid=text).values("pk"))
    found += [binds.found(text, viewer).values("follower") for binds in visible(viewer)]
    first, *others = found
    return followers.filter(pk__in=first.union(*others))


def having(followers: FollowerQuerySet, name: str, text: str) -> FollowerQuerySet:
    """By part of a name. An index finds those with all its pieces."""
    pieces = followers.filter(**{f"{name}__gt": ""}).alias(pieces=Pieces(Upper(name)))
    return pieces.filter(**{"pieces__contains": PiecesOf(text), f"{name}__icontains": text})


def refusal(text: str, viewer: Viewer, *, by: Actor, now: datetime) -> str:
    """Why a search may not be carried out: then nobody may be shown."""
    refusals = [binds.refusal(tidy(text), viewer, by, now) for binds in visible(viewer)]
    return next(filter(None, refusals), "")


def bound_or_not(followers: FollowerQuerySet, wanted: bool, viewer: Viewer) -> FollowerQuerySet:
    """Who is bound to somebody whom the viewer may know of, or everybody else."""
    is_bound = Q()
    for binds in visible(viewer):
        is_bound |= Q(Exists(binds.bindings(viewer).filter(follower=OuterRef("pk"))))
    return followers.filter(is_bound if wanted else ~is_bound)
