import os
from datetime import timedelta

from django.utils import timezone

from haina.jobs import files


def test_what_a_killed_process_left_in_its_workplace_is_removed(db, settings):
    now = timezone.now()
    with files.workplace() as living:
        left = living.parent / "left"
        left.mkdir()
        (left / "upload").write_bytes(b"x")
        long_ago = (now - timedelta(hours=7)).timestamp()
        os.utime(left, (long_ago, long_ago))

        files.remove_old(now=now)

        assert (living.exists(), left.exists()) == (True, False)
    assert not living.exists()
