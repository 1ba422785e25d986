"""Starting, cancelling, resuming and retrying."""

import threading

import pytest
from django.db import IntegrityError
from django.db import connection as database
from django.utils import timezone
from django_q.models import OrmQ

from contacts.models import Contact
from crmbridge.errors import Refused
from integrations.models import ImportRun, Problem, ProblemOccurrence, RunState, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import imports, sync_settings
from integrations.services.claims import LEASE
from integrations.services.plans import plan_import
from integrations.services.slices import run_slice

from .connected import connect_to, imported, started, sums, worked

pytestmark = pytest.mark.usefixtures("connection")


def test_an_import_and_its_task_are_written_together(connection: SalesforceConnection) -> None:
    run = imports.start(plan=plan_import(connection=connection, record_group="contacts"))
    assert run.state == RunState.QUEUED
    [task] = OrmQ.objects.all()
    assert task.task["args"] == (run.pk,)


def test_an_import_of_the_same_records_is_refused_and_named() -> None:
    first = started("leads-and-contacts")
    for group in ("leads-and-contacts", "contacts", "leads"):
        with pytest.raises(Refused, match=f"Import {first.pk} .* is under way"):
            started(group)
    assert ImportRun.objects.count() == 1


def test_imports_of_different_objects_go_side_by_side() -> None:
    started("accounts")
    started("contacts")
    assert ImportRun.objects.active().count() == 2


def test_of_two_starts_at_once_one_is_refused(connection: SalesforceConnection) -> None:
    plans = [plan_import(connection=connection, record_group="contacts") for _ in range(2)]
    ready, refused = threading.Barrier(2), []

    def begin(number: int) -> None:
        try:
            ready.wait()
            imports.start(plan=plans[number])
        except Refused as error:
            refused.append(str(error))
        finally:
            database.close()

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert ImportRun.objects.count() == 1


def test_the_database_itself_refuses_a_second_import_of_a_group(connection: SalesforceConnection) -> None:
    started("contacts")
    with pytest.raises(IntegrityError, match="one_active_import_a_group"):
        ImportRun.objects.create(connection=connection, record_group="contacts")


def test_an_import_that_nobody_is_on_is_cancelled_at_once() -> None:
    run = started("contacts")
    imports.cancel(run=run)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    with pytest.raises(Refused, match="already ended"):
        imports.cancel(run=run)


def test_an_import_whose_worker_died_is_cancelled_at_once() -> None:
    run = started("contacts")
    gone = timezone.now() - LEASE
    ImportRun.objects.filter(pk=run.pk).update(
        state=RunState.RUNNING, lease="6fa459ea-ee8a-3ca4-894e-db77e160355e", lease_until=gone
    )
    imports.cancel(run=run)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_resume_goes_on_behind_the_last_page(small_pages: None) -> None:
    expected = sums(imported("contacts"))
    Contact.objects.all().delete()
    run = started("contacts")
    run = worked_a_little(run)
    imports.cancel(run=run)
    read = sums(run)["read"]
    assert 0 < read < expected["read"]
    run = worked(imports.resume(run=run, detach=False))
    assert run.state == RunState.FINISHED
    assert sums(run)["read"] == expected["read"]
    assert run.phases.get(sobject="Contact").pages == -(-expected["read"] // 25)


def worked_a_little(run: ImportRun) -> ImportRun:
    """The import after a slice of a single page."""
    run_slice(run_id=run.pk, seconds=0)
    run.refresh_from_db()
    return run


def test_a_finished_import_is_not_resumed() -> None:
    with pytest.raises(Refused, match="nothing left to resume"):
        imports.resume(run=imported("contacts"))


def test_an_import_that_a_worker_is_on_is_not_resumed() -> None:
    run = started("contacts")
    ImportRun.objects.filter(pk=run.pk).update(
        state=RunState.RUNNING,
        lease="6fa459ea-ee8a-3ca4-894e-db77e160355e",
        lease_until=timezone.now() + LEASE,
    )
    with pytest.raises(Refused, match="A worker is on import"):
        imports.resume(run=run)


def test_resume_is_refused_while_another_import_has_the_records() -> None:
    first = started("contacts")
    imports.cancel(run=first)
    second = started("leads-and-contacts")
    with pytest.raises(Refused, match=f"Import {second.pk} "):
        imports.resume(run=first)


def test_an_account_import_is_not_resumed_after_account_sync_was_switched_off(
    connection: SalesforceConnection,
) -> None:
    run = started("accounts")
    imports.cancel(run=run)
    sync_settings.update(connection=connection, account_sync=False)
    with pytest.raises(Refused, match="Account Sync is off"):
        imports.resume(run=ImportRun.objects.get(pk=run.pk))


def test_a_retry_reads_only_what_had_a_problem_and_heals_it(transactional_db: None) -> None:
    with DemoOrg(contacts=40, accounts=5, leads=5, campaigns=1) as own:
        SalesforceConnection.objects.all().delete()
        connect_to(own)
        [twin] = [
            own.insert("Contact", LastName=name, Email="same@example.org") for name in ("First", "Second")
        ][1:]
        run = imported("contacts")
        assert Problem.objects.get(salesforce_id=twin).code == "duplicate_email"
        expected = Problem.objects.filter(level="problem", resolved_at=None).count()
        own.update("Contact", twin, Email="other@example.org")
        again = imports.retry(run=run, detach=False)
        assert again.retry_of == run
        again = worked(again)
        assert again.state == RunState.FINISHED
        assert sums(again)["read"] == expected
        assert sums(again)["created"] == 1
        assert Problem.objects.get(salesforce_id=twin).resolved_at
        assert Contact.objects.filter(email="other@example.org", last_name="Second").exists()
        assert again.api_calls_used <= again.api_calls_estimated


def test_a_retry_needs_problems_and_an_import_that_has_ended() -> None:
    run = started("leads")
    with pytest.raises(Refused, match="still under way"):
        imports.retry(run=run)
    run = worked(run)
    Problem.objects.update(resolved_at=timezone.now())
    with pytest.raises(Refused, match="no problems left"):
        imports.retry(run=run)


def ended(group: str, sobject: str, **options: str) -> ImportRun:
    """An import that has ended with a problem of one record."""
    run = imported(group, **options)
    problem = Problem.objects.create(
        connection=run.connection,
        sobject=sobject,
        salesforce_id="003000000000001AAA",
        code="duplicate_email",
        level="problem",
    )
    ProblemOccurrence.objects.create(run=run, problem=problem)
    return run


def test_accounts_are_not_retried_after_account_sync_was_switched_off(
    connection: SalesforceConnection,
) -> None:
    run = ended("accounts", "Account")
    sync_settings.update(connection=connection, account_sync=False)
    with pytest.raises(Refused, match="Account Sync is off"):
        imports.retry(run=ImportRun.objects.get(pk=run.pk))


def test_a_retry_of_a_campaign_fills_its_list_again(org: DemoOrg) -> None:
    [(campaign,)] = org.sql("SELECT Id FROM Campaign")
    again = imports.retry(run=ended("campaign", "Contact", campaign=campaign), detach=False)
    assert [phase.kind for phase in again.phases.all()][-2:] == ["members", "linking"]
    again = worked(again)
    assert again.state == RunState.FINISHED
    members = again.phases.get(kind="members")
    assert members.read == members.expected > 0
