"""Workers that die, stop or come twice: an import ends with the rows and sums of an undisturbed one."""

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from pytest_django.fixtures import Settings

from contacts.models import Contact
from integrations.models import ImportRun, Problem, SalesforceConnection, SalesforceRecord
from integrations.sandbox import DemoOrg
from integrations.services import imports
from integrations.services.plans import plan_import
from tests.integrations.services.connected import connect_to, imported, rows, sums, worked

from .processes import kill, managed, wait_for

CONTACTS = 3_000


@pytest.fixture(scope="module")
def org() -> Iterator[DemoOrg]:
    with DemoOrg(contacts=CONTACTS, accounts=300, leads=300, campaigns=1) as org:
        yield org


@pytest.fixture
def connection(org: DemoOrg, transactional_db: None, settings: Settings) -> SalesforceConnection:
    settings.IMPORT_BULK_ABOVE, settings.IMPORT_PAGE_ROWS = 0, 100
    return connect_to(org)


def asked_for(connection: SalesforceConnection) -> ImportRun:
    return imports.start(plan=plan_import(connection=connection, record_group="leads-and-contacts"))


def pages_in(run: ImportRun) -> int:
    return sum(run.phases.values_list("pages", flat=True))


def state(run: ImportRun) -> str:
    return str(ImportRun.objects.values_list("state", flat=True).get(pk=run.pk))


def result() -> tuple[Any, ...]:
    problems = Problem.objects.order_by("salesforce_id", "code", "field")
    return rows(Contact), list(problems.values_list("salesforce_id", "code", "field", "other_id"))


@pytest.fixture(scope="module")
def seen_before() -> list[tuple[dict[str, int], tuple[Any, ...]]]:
    return []


@pytest.fixture
def undisturbed(
    connection: SalesforceConnection, seen_before: list[tuple[dict[str, int], tuple[Any, ...]]]
) -> tuple[dict[str, int], tuple[Any, ...]]:
    """Sums and rows of the same import without any trouble; the database is empty again afterwards."""
    if not seen_before:
        run = imported("leads-and-contacts")
        assert run.state == "finished"
        seen_before.append((sums(run), result()))
        Contact.objects.all().delete()
        Problem.objects.all().delete()
        SalesforceRecord.objects.all().delete()
        run.delete()
    return seen_before[0]


def lease_runs_out(run: ImportRun) -> None:
    """The half minute after which a worker is given up has passed."""
    long_ago = timezone.now() - timedelta(minutes=5)
    ImportRun.objects.filter(pk=run.pk).update(lease_until=long_ago, heartbeat_at=long_ago)


def test_after_a_kill_resume_ends_like_an_undisturbed_import(
    connection: SalesforceConnection, undisturbed: tuple[Any, ...], import_folder: Path
) -> None:
    run = asked_for(connection)
    with managed("qcluster", folder=import_folder) as worker:
        wait_for(lambda: pages_in(run) >= 3)
        kill(worker)
    assert state(run) == "running"
    (import_folder / str(run.pk) / "page-of-the-dead.csv").touch()
    lease_runs_out(run)
    run = worked(imports.resume(run=run, detach=False))
    assert (run.state, sums(run), result()) == ("finished", *undisturbed)
    assert list(import_folder.iterdir()) == []


def test_a_new_worker_alone_revives_what_a_killed_one_left(
    connection: SalesforceConnection, undisturbed: tuple[Any, ...], import_folder: Path
) -> None:
    run = asked_for(connection)
    with managed("qcluster", folder=import_folder) as worker:
        wait_for(lambda: pages_in(run) >= 1)
        kill(worker)
    lease_runs_out(run)
    OrmQ.objects.all().delete()
    Schedule.objects.update(next_run=timezone.now())
    with managed("qcluster", folder=import_folder):
        wait_for(lambda: state(run) == "finished")
    run.refresh_from_db()
    assert (sums(run), result()) == undisturbed
    assert list(import_folder.iterdir()) == []


def test_a_worker_that_is_asked_to_stop_hands_the_import_on(
    connection: SalesforceConnection, undisturbed: tuple[Any, ...], import_folder: Path
) -> None:
    run = asked_for(connection)
    with managed("qcluster", folder=import_folder, IMPORT_SLICE_SECONDS="1") as worker:
        wait_for(lambda: pages_in(run) >= 1)
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=60)
    assert worker.returncode == 0
    run.refresh_from_db()
    assert run.lease is None
    assert list(import_folder.iterdir()) == []
    with managed("qcluster", folder=import_folder):
        wait_for(lambda: state(run) == "finished")
    assert (sums(run), result()) == undisturbed


def test_a_task_that_is_delivered_twice_does_no_harm(
    connection: SalesforceConnection, undisturbed: tuple[Any, ...], import_folder: Path
) -> None:
    run = asked_for(connection)
    for _ in range(3):
        imports.enqueue(run)
    with managed("qcluster", folder=import_folder, WORKERS="2"):
        wait_for(lambda: state(run) == "finished" and not OrmQ.objects.exists())
    assert (sums(run), result()) == undisturbed


def test_cancel_then_resume_ends_like_an_undisturbed_import(
    connection: SalesforceConnection, undisturbed: tuple[Any, ...], import_folder: Path
) -> None:
    run = asked_for(connection)
    with managed("qcluster", folder=import_folder):
        wait_for(lambda: pages_in(run) >= 1)
        imports.cancel(run=run)
        wait_for(lambda: state(run) == "cancelled")
        assert 0 < sums(run)["read"] < undisturbed[0]["read"]
        imports.resume(run=run)
        wait_for(lambda: state(run) == "finished")
    assert (sums(run), result()) == undisturbed
