from followers.models.colleagues import Colleague
from followers.models.followers import (
    BLOCKED,
    EVERYBODY,
    GONE,
    REMARK_BYTES,
    REMARK_LENGTH,
    STARRED,
    Follower,
    FollowerQuerySet,
    Tally,
)
from followers.models.sync import Seen, Sync
from followers.models.tags import TAG_LENGTH, Tag

__all__ = [
    "BLOCKED",
    "EVERYBODY",
    "GONE",
    "REMARK_BYTES",
    "REMARK_LENGTH",
    "STARRED",
    "TAG_LENGTH",
    "Colleague",
    "Follower",
    "FollowerQuerySet",
    "Seen",
    "Sync",
    "Tag",
    "Tally",
]
