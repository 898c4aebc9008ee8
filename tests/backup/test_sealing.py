"""Sealed files: whatever is done to one is noticed before its end."""

import os
from io import BytesIO

import pytest

from haina.backup.sealing import (
    PIECE,
    SALT_BYTES,
    TAG_BYTES,
    Unsealable,
    frame,
    seal,
    signature,
    unseal,
)

KEY, NAME = os.urandom(32), "database.dump"
# None so short that chance would write it.
PIECES = [b"this is the first", (b"two" * PIECE)[:PIECE], b"this is the third"]


def opened(content: bytes, *, key=KEY, name=NAME) -> bytes:
    return b"".join(unseal(BytesIO(content), key, name))


@pytest.fixture(scope="module")
def frames():
    """The salt, one frame for each piece, and the one that says that this is all."""
    return list(seal(PIECES, KEY, NAME))


@pytest.mark.parametrize("pieces", [[], [b"x"], [b"", b"x", b""], PIECES])
def test_it_opens_to_what_was_sealed(pieces):
    assert opened(b"".join(seal(pieces, KEY, NAME))) == b"".join(pieces)


def test_nothing_of_it_can_be_read(frames):
    assert not any(piece in b"".join(frames) for piece in PIECES)


def test_the_same_is_sealed_otherwise_each_time(frames):
    assert set(frames).isdisjoint(seal(PIECES, KEY, NAME))


@pytest.mark.parametrize("at", [0, SALT_BYTES, SALT_BYTES + 4, SALT_BYTES + 4 + 3, -1, 100_000])
def test_a_flipped_bit_is_noticed(frames, at):
    content = bytearray(b"".join(frames))
    content[at] ^= 1

    with pytest.raises(Unsealable):
        opened(bytes(content))


@pytest.mark.parametrize(
    "damage",
    [
        lambda salt, one, two, three, end: [salt, one, two, three],
        lambda salt, one, two, three, end: [salt, one, two, end],
        lambda salt, one, two, three, end: [salt, one, three, two, end],
        lambda salt, one, two, three, end: [salt, one, one, two, three, end],
        lambda salt, one, two, three, end: [salt, one, two, three, end, end],
        lambda salt, one, two, three, end: [salt, one, two, three, end[:-1]],
        lambda salt, one, two, three, end: [salt, one, two, three, end, b"x"],
        lambda salt, one, two, three, end: [salt, frame(b"x" * (PIECE + TAG_BYTES + 1)), end],
        lambda salt, *rest: [salt],
        lambda *rest: [],
    ],
)
def test_what_is_cut_moved_or_added_is_noticed(frames, damage):
    with pytest.raises(Unsealable):
        opened(b"".join(damage(*frames)))


def test_a_length_makes_it_read_no_more_than_a_piece(frames):
    """Nobody has signed the length of a frame: four of its bytes would be four gigabytes."""
    asked = []

    class Source(BytesIO):
        def read(self, length):
            asked.append(length)
            return super().read(length)

    with pytest.raises(Unsealable):
        list(unseal(Source(frames[0] + b"\xff" * 100), KEY, NAME))

    assert max(asked) <= PIECE + TAG_BYTES


@pytest.mark.parametrize("other", [{"key": os.urandom(32)}, {"name": "files/1/2"}])
def test_another_key_or_name_opens_nothing(frames, other):
    with pytest.raises(Unsealable):
        opened(b"".join(frames), **other)


def test_a_signature_is_of_key_and_content():
    made = signature(b"content", KEY)

    assert made == signature(b"content", KEY)
    assert made != signature(b"content!", KEY)
    assert made != signature(b"content", os.urandom(32))
