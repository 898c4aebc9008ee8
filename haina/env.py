"""Reads settings from the environment and refuses what it cannot read, in one clear line.

It invents no secret: a missing one ends the process with the name of the setting and what to do.
"""

import base64
import binascii
import os
import sys
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

import environ

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
KEY_BYTES = 32
CONNECT_SECONDS = 5  # a database behind a cable that was pulled would be waited for for minutes
# The status with which a gunicorn worker tells its master that starting it again is of no use.
GIVE_UP = 3


def refuse(name: str, what: str) -> NoReturn:
    """End the process with one line instead of a traceback."""
    print(f"haina: setting {name} {what} (see .env.example)", file=sys.stderr)  # noqa: T201 - no log yet
    raise SystemExit(GIVE_UP)


def env_str(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        refuse(name, "is missing")
    return default


def env_int(name: str, default: int, *, least: int = 0) -> int:
    value = env_str(name, str(default))
    if not (value.isascii() and value.isdecimal()) or int(value) < least:
        refuse(name, f"must be a whole number of at least {least}")
    return int(value)


def env_bool(name: str, *, default: bool) -> bool:
    value = env_str(name, str(default)).lower()
    if value not in TRUE | FALSE:
        refuse(name, "must be 1 or 0")
    return value in TRUE


def env_choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    value = env_str(name, default)
    if value not in among:
        refuse(name, f"must be one of {', '.join(among)}")
    return value


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env_str(name, default).split(",") if item.strip()]


def env_origins(name: str) -> list[str]:
    origins = env_list(name)
    if not all(origin.startswith(("https://", "http://")) for origin in origins):
        refuse(name, "must name origins that begin with https://")
    return origins


def env_base(name: str, default: str, *, plain: bool, below: bool = False) -> str:
    """Where addresses begin, such as https://api.weixin.qq.com, or "". Secrets are sent to vendors:
    without TLS only if `plain`, which is for the sandbox and the loopback. `below`: a path may
    follow, which is for the sandbox too."""
    if not env_str(name, default):
        return ""
    address = split(name, env_str(name, default), schemes=("https", *(["http"] if plain else [])))
    base = f"{address.scheme}://{address.netloc}{address.path.rstrip('/') if below else ''}"
    if not address.hostname or "@" in address.netloc or address.geturl().rstrip("/") != base:
        refuse(name, "must be a scheme and a host, with nothing after them")
    return base


def env_secret(name: str, *, at_least: int = 32) -> str:
    value = env_str(name)
    if len(value) < at_least:
        refuse(name, f"must have at least {at_least} characters")
    return value


def env_keys(name: str) -> list[str]:
    """A ring of AES keys, newest first, with commas in between."""
    env_str(name)
    keys = env_list(name)
    if not keys or not all(is_key(key) for key in keys):
        refuse(name, f"must hold keys of {KEY_BYTES} bytes in URL-safe base64, with commas between")
    return keys


def env_key(name: str) -> str:
    """One AES key, or "" where there is none."""
    key = env_str(name, "")
    if key and not is_key(key):
        refuse(name, f"must be a key of {KEY_BYTES} bytes in URL-safe base64")
    return key


def is_key(text: str) -> bool:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(raw) == KEY_BYTES


def env_database(name: str) -> dict:
    """A PostgreSQL address, such as postgresql://haina:secret@db.internal:5432/haina."""
    value = env_str(name)
    address = split(name, value, schemes=("postgresql", "postgres"))
    if not address.path.strip("/"):
        refuse(name, "must name a database: postgresql://user:password@host:5432/database")
    config = environ.Env.db_url_config(value)
    own = config.get("OPTIONS", {})
    return config | {"OPTIONS": {"connect_timeout": CONNECT_SECONDS, **own}}


def env_redis(name: str) -> str:
    value = env_str(name)
    split(name, value, schemes=("redis", "rediss"))
    return value


def split(name: str, value: str, *, schemes: tuple[str, ...]) -> SplitResult:
    """The parts of an address. Never repeats it: it may hold a password."""
    try:
        address = urlsplit(value)
        known, _port = address.scheme in schemes, address.port
    except ValueError:
        refuse(name, "is not an address that can be read; check its host and port")
    if not known:
        refuse(name, f"must begin with {schemes[0]}://")
    return address
