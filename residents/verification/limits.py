"""How often somebody may try: counted in the database, exact for all processes, Redis or not."""

from datetime import datetime, timedelta

from followers.models import Follower
from haina.lib.throttle import Limit

DAY, TRIES = timedelta(days=1), 5
PER_FOLLOWER = Limit("apply.follower", TRIES, DAY)
PER_PHONE = Limit("apply.phone", TRIES, DAY)
PER_ROOM = Limit("apply.room", TRIES, DAY)


class TooManyTries(Exception):
    """Enough for a day, from this follower, with this phone or for this room."""


def take(follower: Follower, phone: str, room_id: int, *, now: datetime) -> None:
    """Count one try, or raise TooManyTries. Call it outside of a transaction."""
    account = follower.account_id
    if not (
        PER_FOLLOWER.take(str(follower.pk), now=now)
        and PER_PHONE.take(f"{account}:{phone}", now=now)
        and PER_ROOM.take(str(room_id), now=now)
    ):
        raise TooManyTries


def give_back(follower: Follower, phone: str, room_id: int, *, at: datetime) -> None:
    """Uncount the try of that moment, which turned out to be a right one: a family that moves in
    must not shut its own room."""
    PER_FOLLOWER.give_back(str(follower.pk), now=at)
    PER_PHONE.give_back(f"{follower.account_id}:{phone}", now=at)
    PER_ROOM.give_back(str(room_id), now=at)
