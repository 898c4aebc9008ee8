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
    """What a row says, and to whom. Without a phone there is no SMS."""

    account: ServiceAccount
    follower: Follower
    purpose: str  # of the template
    values: Mapping[str, Value]
    url: str = ""
    phone: str = ""
    sms_purpose: str = ""
    sms_values: Sequence[str] = ()
    only_by_day: bool = False


@dataclass(frozen=True)
class Post:
    """One kind of delivery: its rows, and what each says; None if that holds no longer."""

    rows: type[Delivery]
    letter_of: Callable[[Delivery], Letter | None]


posts: list[Post] = []


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
