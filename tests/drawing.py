"""What property tests draw: the same in every run, so that no run is red by bad luck.

--hypothesis-profile=explore draws anew, many times as many, to find what the same ones miss.
"""

from hypothesis import HealthCheck, settings

SETTLED, EXPLORE = "settled", "explore"
UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


def register_profiles() -> None:
    """The one that is loaded here gives way to the one of the command line."""
    settings.register_profile(SETTLED, max_examples=100, derandomize=True, **UNTIMED)
    settings.register_profile(EXPLORE, max_examples=2_000, print_blob=True, **UNTIMED)
    settings.load_profile(SETTLED)


def percent(number: int) -> int:
    """That part of what the profile draws: max_examples of a test whose examples take long."""
    return settings().max_examples * number // 100
