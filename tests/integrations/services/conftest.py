"""One small org for the tests of a module, and a connection to it in an empty database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from integrations.models import SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.sandbox.faults import Faults

from .connected import connect_to

CONTACTS, ACCOUNTS, LEADS = 120, 30, 40


@pytest.fixture(scope="module")
def module_org() -> Iterator[DemoOrg]:
    with DemoOrg(contacts=CONTACTS, accounts=ACCOUNTS, leads=LEADS, campaigns=1) as org:
        yield org


@pytest.fixture
def org(module_org: DemoOrg) -> Iterator[DemoOrg]:
    """The module's org, healthy again after each test."""
    limit = module_org.api_limit
    yield module_org
    module_org.faults = Faults()
    module_org.api_limit, module_org.bulk_delay = limit, 0.0
    module_org.rotate_refresh_tokens = False


@pytest.fixture
def connection(org: DemoOrg, transactional_db: None) -> SalesforceConnection:
    return connect_to(org)


@pytest.fixture(autouse=True)
def import_folder(settings: Settings, tmp_path: Path) -> Path:
    """Pages lie in a folder of the test's own; it must be empty in the end."""
    settings.IMPORT_FOLDER = tmp_path / "imports"
    return tmp_path / "imports"


@pytest.fixture
def small_pages(settings: Settings) -> None:
    """Everything by bulk job, in pages of 25 rows."""
    settings.IMPORT_BULK_ABOVE, settings.IMPORT_PAGE_ROWS = 0, 25
