"""The browser of the other tests, before an org with something to show."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from integrations.models import WorkerHeartbeat
from integrations.sandbox import DemoOrg
from tests.browser.conftest import browser, open_window
from tests.integrations.services.connected import connect_to, imported

__all__ = ["browser", "open_window"]


@pytest.fixture
def org(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[DemoOrg]:
    """A connected org whose contacts, accounts and one campaign are here."""
    settings.IMPORT_FOLDER = tmp_path
    with DemoOrg(contacts=2_400, accounts=300, leads=600, campaigns=3) as org:
        connect_to(org)
        imported("leads-and-contacts")
        imported("accounts")
        [(campaign,), *_others] = org.sql("SELECT Id FROM Campaign ORDER BY Id")
        imported("campaign", campaign=str(campaign))
        WorkerHeartbeat.beat()
        yield org
