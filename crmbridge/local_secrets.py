"""Keys that a local installation makes for itself, so that trying crmbridge needs no configuration."""

import contextlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

_MAKERS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(64),
    "CREDENTIAL_KEYS": lambda: Fernet.generate_key().decode(),
}


def get(*, folder: Path, name: str) -> str:
    """The secret called `name`, made on first use and kept in a file that only its owner can read."""
    path = folder / "secrets" / name
    if not path.exists():
        _create(path, _MAKERS[name]())
    return path.read_text(encoding="utf-8").strip()


def _create(path: Path, value: str) -> None:
    """Writes the file at once and whole; of two processes that start together one wins and both read the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(value + "\n")
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)
    temporary.unlink()
