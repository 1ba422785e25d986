"""Starts the PostgreSQL that comes with pip when DATABASE_URL is unset (placeholder until it is written)."""

from pathlib import Path
from typing import Any


def database_settings(*, folder: Path) -> dict[str, Any]:
    return {"ENGINE": "django.db.backends.postgresql", "NAME": "crmbridge", "HOST": str(folder), "USER": "postgres"}
