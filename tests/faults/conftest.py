"""One small org for all faults, a connection to it in an empty database, and what an undisturbed import brings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from integrations.models import ImportRun, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.sandbox.faults import Faults
from tests.e2e.processes import Process
from tests.integrations.services.connected import connect_to, worked

from .results import Result, forget, result
from .running import asked_for, campaign_of, process

CONTACTS, ACCOUNTS, LEADS = 450, 300, 250
PAGE_ROWS = 100


@dataclass(frozen=True)
class Undisturbed:
    """An import without any trouble, and how many pages each of its steps took."""

    result: Result
    pages: dict[tuple[str, str], int]

    def pages_before(self, *step: str) -> int:
        """The pages of the steps that come before this one."""
        steps = list(self.pages)
        return sum(self.pages[earlier] for earlier in steps[: steps.index(step)])


@pytest.fixture(scope="package")
def package_org() -> Iterator[DemoOrg]:
    with DemoOrg(contacts=CONTACTS, accounts=ACCOUNTS, leads=LEADS, campaigns=1) as org:
        yield org


@pytest.fixture
def org(package_org: DemoOrg) -> Iterator[DemoOrg]:
    """The org, healthy again after each test."""
    org, limit, size = package_org, package_org.api_limit, package_org.rest_page_size
    yield org
    org.faults = Faults()
    org.api_limit, org.rest_page_size, org.bulk_delay = limit, size, 0.0


@pytest.fixture(autouse=True)
def import_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.IMPORT_FOLDER = tmp_path / "imports"
    return tmp_path / "imports"


@pytest.fixture
def connection(org: DemoOrg, transactional_db: None, settings: Settings) -> SalesforceConnection:
    settings.IMPORT_BULK_ABOVE, settings.IMPORT_PAGE_ROWS = 0, PAGE_ROWS
    return connect_to(org)


@pytest.fixture(scope="package")
def seen_before() -> dict[str, Undisturbed]:
    return {}


@pytest.fixture
def undisturbed(
    org: DemoOrg, connection: SalesforceConnection, seen_before: dict[str, Undisturbed]
) -> Callable[[str], Undisturbed]:
    """undisturbed("contacts") is such an import; nothing of it is here any more."""

    def undisturbed(group: str) -> Undisturbed:
        if group not in seen_before:
            campaign = campaign_of(org) if group == "campaign" else ""
            seen_before[group] = _undisturbed(worked(asked_for(group, campaign=campaign, detach=False)))
        return seen_before[group]

    return undisturbed


def _undisturbed(run: ImportRun) -> Undisturbed:
    assert run.state == "finished"
    pages = {(phase.kind, phase.sobject): phase.pages for phase in run.phases.order_by("order")}
    seen = Undisturbed(result(run), pages)
    forget(run)
    return seen


@pytest.fixture(scope="module")
def shared_worker(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """One worker for the tests of a module, for faults that no worker dies of."""
    with process("qcluster", folder=tmp_path_factory.mktemp("imports"), WORKERS="1") as worker:
        yield worker
