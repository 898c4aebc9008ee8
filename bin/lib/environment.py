"""The environment that the product's processes get: their settings.

The first start makes the secrets of this installation and keeps them in var/env, readable by its
owner only. Whoever sets a variable in the environment wins over that file.
"""

import base64
import os
import secrets
from pathlib import Path

from steps import ROOT

MADE = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "HAINA_ENCRYPTION_KEYS": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),
    "HAINA_HASH_KEY": lambda: secrets.token_hex(32),
    "HAINA_POSTGRES_PASSWORD": lambda: secrets.token_hex(24),
    "HAINA_VALKEY_PASSWORD": lambda: secrets.token_hex(24),
}
FIXED = {
    "DJANGO_SETTINGS_MODULE": "haina.settings",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "HAINA_HTTPS": "0",  # the demo speaks plain HTTP on the loopback
}
NOWHERE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}


def chosen_var() -> Path:
    """Where all state lives: $HAINA_VAR, or var/ in the clone."""
    return prepare_var(Path(os.environ.get("HAINA_VAR") or ROOT / "var").absolute())


def prepare_var(var: Path) -> Path:
    var.mkdir(parents=True, exist_ok=True)
    for private in (var / "run", var / "log", var / "files"):
        private.mkdir(mode=0o700, exist_ok=True)
    return var


def secrets_of(var: Path) -> dict[str, str]:
    """The secrets of the installation; what is missing is made and kept."""
    file = var / "env"
    lines = file.read_text().splitlines() if file.exists() else []
    known = dict(line.split("=", 1) for line in lines if "=" in line)
    missing = {name: make() for name, make in MADE.items() if name not in known}
    if missing:
        known |= missing
        keep(file, known)
    return known


def keep(file: Path, values: dict[str, str]) -> None:
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(0o600)
    with draft.open("w") as out:
        out.writelines(f"{name}={value}\n" for name, value in values.items())
    draft.rename(file)


def environment(var: Path, addresses: dict[str, str]) -> dict[str, str]:
    """What a child process gets. Without addresses (collectstatic) the engines are nowhere."""
    made = {**NOWHERE, **FIXED, **secrets_of(var), **os.environ, **addresses}
    return made | {"HAINA_VAR": str(var), "PYTHONUNBUFFERED": "1"}
