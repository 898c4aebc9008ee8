"""Reads settings from the environment and refuses what it cannot read, in one clear line.

It invents no secret: a missing one ends the process with the name of the setting and what to do.
"""

import os
from urllib.parse import urlsplit

import environ

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class BadSetting(SystemExit):
    """A setting is missing or wrong. Ends the process with one line instead of a traceback."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"haina: setting {name} {what} (see .env.example)")


def env_str(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise BadSetting(name, "is missing")
    return default


def env_int(name: str, default: int, *, least: int = 0) -> int:
    value = env_str(name, str(default))
    if not value.isdecimal() or int(value) < least:
        raise BadSetting(name, f"must be a whole number of at least {least}")
    return int(value)


def env_bool(name: str, *, default: bool) -> bool:
    value = env_str(name, str(default)).lower()
    if value not in TRUE | FALSE:
        raise BadSetting(name, "must be 1 or 0")
    return value in TRUE


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env_str(name, default).split(",") if item.strip()]


def env_secret(name: str, *, at_least: int = 32) -> str:
    value = env_str(name)
    if len(value) < at_least:
        raise BadSetting(name, f"must have at least {at_least} characters")
    return value


def env_database(name: str) -> dict:
    """A PostgreSQL address, such as postgresql://haina:secret@db.internal:5432/haina."""
    value = env_str(name)
    if urlsplit(value).scheme not in {"postgres", "postgresql"}:
        raise BadSetting(name, "must begin with postgresql://")
    return environ.Env.db_url_config(value)


def env_redis(name: str) -> str:
    value = env_str(name)
    if urlsplit(value).scheme not in {"redis", "rediss", "redis+socket"}:
        raise BadSetting(name, "must begin with redis:// or rediss://")
    return value
