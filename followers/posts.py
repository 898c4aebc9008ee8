"""What is sent: rows of the parts above, what each says, and what may come of sending it. A part
says in its apps.ready what it sends:

    posts.append(Post(Notice, letter_of))

and rings (`ring(DELIVER, account_id)`, followers/bells.py) where it adds rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from followers.delivery import Delivery
from followers.models import Follower
from haina.accounts.models import ServiceAccount
from haina.wechat.kinds import Value


@dataclass(frozen=True)
class Letter:
    """What a row says, and to whom: a follower, a phone, or both. Without a phone there is no SMS,
    and none to who is blocked, unless the phone is known from elsewhere than from the follower."""

    account: ServiceAccount
    follower: Follower | None
    purpose: str  # of the template
    values: Mapping[str, Value]
    url: str = ""
    phone: str = ""
    sms_purpose: str = ""
    sms_values: Sequence[str] = ()
    only_by_day: bool = False
    blocked_too: bool = False


@dataclass(frozen=True)
class Sent:
    number: str  # the provider's


@dataclass(frozen=True)
class Later:
    fault: str
    wait: timedelta
    all_wait: bool = False  # the account's others as well
    counts: bool = True  # as one of MOST_ATTEMPTS; else only PATIENCE ends it


@dataclass(frozen=True)
class Never:
    fault: str
    by_sms: bool = False  # another way is left


Verdict = Sent | Later | Never


def nothing(row: Delivery) -> None:
    return None


def as_it_is(row: Delivery, letter: Letter, verdict: Verdict) -> Verdict:
    return verdict


@dataclass(frozen=True)
class Post:
    """One kind of delivery: its rows, and what each says; None if that holds no longer. `before`
    is asked first, with nothing held: what speaks against sending it now; it may change the way.
    `after` is told what came of asking and says what is to be made of it."""

    rows: type[Delivery]
    letter_of: Callable[[Delivery], Letter | None]
    before: Callable[[Delivery], Later | Never | None] = nothing
    after: Callable[[Delivery, Letter, Verdict], Verdict] = as_it_is


posts: list[Post] = []
