"""What a worker does, in steps so small that a test can kill it between them."""

from followers import push, tags


def push_one_by_one(account_id: int) -> None:
    tags.CHUNK = 1
    push.push(account_id)
