"""The --key-file of backup and restore."""

from pathlib import Path

from django.conf import settings

from haina.backup.sealing import raw_key
from haina.env import is_key
from haina.lib.commands import Refused


def add_key(parser) -> None:
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="holds the key of the back-up, instead of HAINA_BACKUP_KEY",
    )


def chosen_key(file: Path | None) -> bytes | None:
    """That of the file, or of the settings; None where there is neither."""
    text = settings.BACKUP_KEY if file is None else content_of(file)
    return raw_key(text) if text else None


def content_of(file: Path) -> str:
    try:
        text = file.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise Refused(f"cannot read {file}") from None
    if not is_key(text):
        raise Refused(f"{file} must hold a key of 32 bytes in URL-safe base64, and nothing else")
    return text
