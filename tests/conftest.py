"""What all tests share."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import translation

from crmbridge import embedded_postgres

embedded_folder = pytest.StashKey[object]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remembers the embedded PostgreSQL that the tests are about to start; one that runs already stays."""
    folder = connection.settings_dict.get("EMBEDDED_FOLDER")
    if folder and not embedded_postgres.is_ready(folder=folder):
        session.config.stash[embedded_folder] = folder


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops what the tests started."""
    if folder := config.stash.get(embedded_folder, None):
        embedded_postgres.stop(folder=folder)


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    """Begins every test in the language of the settings: a page asked for in Japanese leaves its thread so."""
    translation.deactivate()
    yield
    translation.deactivate()
