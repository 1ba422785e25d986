"""Two workers on one database: imports of different objects at once end as one after the other, and take turns."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection as database
from django_q.models import OrmQ, Task
from pytest_django.fixtures import Settings

from contacts.models import Contact
from crmbridge.errors import Refused
from integrations.models import ImportRun, RunState, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import imports
from integrations.services.plans import plan_import
from tests.e2e.processes import managed, wait_for
from tests.integrations.services.connected import connect_to, imported, rows, sums
from tests.soak import snapshot
from tests.soak.databases import twin, using
from tests.soak.sizes import BULK_ABOVE, PAGE_ROWS

GROUPS = ("contacts", "leads", "accounts")
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.soak.settings", "WORKERS": "1"}
# Two workers, three imports: each waits for a slice or two of the others; the queue keeps no strict order.
MOST_SLICES_WAITED = 5


@pytest.fixture(scope="module")
def org() -> Iterator[DemoOrg]:
    with DemoOrg(contacts=2_000, accounts=1_600, leads=2_000, campaigns=1) as org:
        yield org


@pytest.fixture
def import_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.IMPORT_FOLDER = tmp_path / "in-peace"
    return tmp_path / "at-once"


@pytest.fixture
def connection(
    org: DemoOrg, transactional_db: None, settings: Settings, import_folder: Path
) -> SalesforceConnection:
    settings.IMPORT_BULK_ABOVE, settings.IMPORT_PAGE_ROWS = BULK_ABOVE, PAGE_ROWS
    return connect_to(org)


@pytest.fixture(scope="module")
def seen_before() -> list[snapshot.Snapshot]:
    return []


@pytest.fixture
def one_after_the_other(
    connection: SalesforceConnection, seen_before: list[snapshot.Snapshot]
) -> snapshot.Snapshot:
    """Rows after the same imports in turn, in a database of their own."""
    if not seen_before:
        with twin() as other, using(other):
            runs = [imported(group) for group in GROUPS]
            seen_before.append(result(runs))
    return seen_before[0]


def result(runs: list[ImportRun]) -> snapshot.Snapshot:
    """What does not depend on the order.

    A contact that two records share is created by whichever comes first, and a converted lead that waited for
    its contact gets its note with the next import.
    """
    found = snapshot.take(runs[-1])
    kept = {kind: found[kind] for kind in ("companies", "mirror")}
    kept["open problems"] = snapshot.Rows(row for row in found["open problems"] if "note" not in row)
    read = snapshot.Rows((run.record_group, sums(run)["read"]) for run in runs)
    return {**kept, "contacts": snapshot.Rows((repr(row),) for row in rows(Contact)), "read": read}


def all_started(connection: SalesforceConnection) -> list[ImportRun]:
    plans = [plan_import(connection=connection, record_group=group) for group in GROUPS]
    return [imports.start(plan=plan) for plan in plans]


def states(runs: list[ImportRun]) -> set[str]:
    return set(ImportRun.objects.filter(pk__in=[run.pk for run in runs]).values_list("state", flat=True))


def deadlocks() -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def work_off(runs: list[ImportRun]) -> None:
    wait_for(lambda: states(runs) == {RunState.FINISHED} and not OrmQ.objects.exists())
    assert not Task.objects.filter(success=False).exists()


def longest_waits(runs: list[ImportRun]) -> Counter[int]:
    """For each import the most slices of the others between two of its own, before its first included."""
    waits: Counter[int] = Counter()
    waited: Counter[int] = Counter()
    tasks = Task.objects.filter(func="integrations.tasks.import_slice").order_by("stopped")
    for [worked_on] in tasks.values_list("args", flat=True):
        waits[worked_on] = max(waits[worked_on], waited.pop(worked_on, 0))
        waited.update(run.pk for run in runs if run.pk != worked_on)
    return waits


def test_three_imports_at_once_end_as_one_after_the_other_and_none_starves(
    connection: SalesforceConnection, one_after_the_other: snapshot.Snapshot, import_folder: Path
) -> None:
    runs, before = all_started(connection), deadlocks()
    with (
        managed("qcluster", folder=import_folder, **SETTINGS),
        managed("qcluster", folder=import_folder, **SETTINGS),
    ):
        work_off(runs)
    assert "\n".join(snapshot.differences(result(runs), one_after_the_other)) == ""
    waits = longest_waits(runs)
    assert set(waits) == {run.pk for run in runs}
    assert max(waits.values()) <= MOST_SLICES_WAITED, waits
    began, ended = zip(*ImportRun.objects.values_list("started_at", "finished_at"), strict=True)
    assert max(began) < min(ended), "The imports did not run side by side."
    assert deadlocks() == before


def test_a_page_that_loses_a_deadlock_is_tried_again(
    connection: SalesforceConnection, one_after_the_other: snapshot.Snapshot, import_folder: Path
) -> None:
    runs, before = all_started(connection), deadlocks()
    with psycopg.connect(**database.get_connection_params()) as rival:
        rival.execute("SET LOCAL deadlock_timeout = '1min'")
        rival.execute("LOCK TABLE integrations_problemoccurrence IN ACCESS EXCLUSIVE MODE")
        with (
            managed("qcluster", folder=import_folder, **SETTINGS),
            managed("qcluster", folder=import_folder, **SETTINGS),
        ):
            wait_for(a_page_waits_for_the_rival)
            # The page has written contacts or companies by now, so each waits for the other.
            rival.execute("LOCK TABLE contacts_contact, companies_company IN EXCLUSIVE MODE")
            rival.rollback()
            work_off(runs)
    assert deadlocks() > before
    assert "\n".join(snapshot.differences(result(runs), one_after_the_other)) == ""


def a_page_waits_for_the_rival() -> bool:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'integrations_problemoccurrence'::regclass"
            " AND NOT granted)"
        )
        return bool(cursor.fetchone()[0])


def test_a_campaign_waits_for_an_import_of_the_same_people(
    connection: SalesforceConnection, org: DemoOrg
) -> None:
    all_started(connection)
    [(campaign,)] = org.sql("SELECT Id FROM Campaign")
    plan = plan_import(connection=connection, record_group="campaign", campaign=campaign)
    with pytest.raises(Refused, match="of the same records is under way"):
        imports.start(plan=plan)
