"""What we want and what WeChat holds, when WeChat's side may have been changed by somebody else.

Three things meet: what WeChat was last known to hold, what it holds now, and what we want. What
only one side changed, stands; what both changed, stays as we want it.
"""

from typing import TypeVar

Value = TypeVar("Value")


def merged(known: Value, now: Value, wanted: Value) -> Value:
    return now if wanted == known else wanted


def merged_set(known: set, now: set, wanted: set) -> set:
    """As merged(), for each element by itself."""
    return (wanted - (known - now)) | (now - known)
