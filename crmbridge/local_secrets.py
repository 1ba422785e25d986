"""Keys that a local installation makes for itself, so that trying crmbridge needs no configuration."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

_MAKERS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(64),
    "CREDENTIAL_KEYS": lambda: Fernet.generate_key().decode(),
    "DEMO_PASSWORD": lambda: secrets.token_urlsafe(12),
}


def path(*, folder: Path, name: str) -> Path:
    """Where the secret called `name` is kept once it was made."""
    return folder / "secrets" / name


def get(*, folder: Path, name: str) -> str:
    """The secret called `name`, made on first use and kept in a file that only its owner can read."""
    kept = path(folder=folder, name=name)
    if not kept.exists():
        _create(kept, _MAKERS[name]())
    return kept.read_text(encoding="utf-8").strip()


def _create(kept: Path, value: str) -> None:
    """Writes the file whole; of two processes that start together one wins and both read the same."""
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=kept.parent) as temporary:
        temporary.write(value + "\n")
        temporary.flush()
        with contextlib.suppress(FileExistsError):
            os.link(temporary.name, kept)
