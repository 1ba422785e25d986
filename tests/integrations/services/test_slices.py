"""What interrupts an import, and how it goes on: with the rows and sums of an undisturbed one."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db import connection as database
from django.utils import timezone

from companies.models import Company
from contacts.models import Contact
from integrations.models import ImportRun, RunState, SalesforceConnection
from integrations.pipeline import outcome
from integrations.salesforce.errors import LimitReached, RowCountMismatch
from integrations.salesforce.page import Page
from integrations.salesforce.records import pages
from integrations.sandbox import DemoOrg
from integrations.sandbox.faults import Faults
from integrations.services import connect, imports, sync_settings
from integrations.services.claims import claim
from integrations.services.slices import run_slice

from .connected import connect_to, imported, rows, started, sums, worked

pytestmark = pytest.mark.usefixtures("connection", "small_pages")

TIMED_OUT = [{"errorCode": "QUERY_TIMEOUT", "message": "Your query request was running for too long."}]
PAUSES = timedelta(minutes=61)


def one_page(run: ImportRun) -> ImportRun:
    assert run_slice(run_id=run.pk, seconds=0)
    run.refresh_from_db()
    return run


def after_the_pause(run: ImportRun) -> ImportRun:
    """The import when its pause is over and it has been worked on again."""
    run.refresh_from_db()
    assert run.parked_until
    ImportRun.objects.filter(pk=run.pk).update(parked_until=timezone.now())
    return worked(run)


@contextmanager
def interrupted_by(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> Iterator[None]:
    """Something happens inside the transaction of the next page, just before its end."""
    save = outcome.save
    waiting = [happens]

    def save_and_then(*args: Any, **options: Any) -> None:
        save(*args, **options)
        if waiting:
            waiting.pop()()

    with monkeypatch.context() as patch:
        patch.setattr(outcome, "save", save_and_then)
        yield


def elsewhere(action: Callable[[], object]) -> None:
    """Does something on another database connection and waits for it."""

    def act() -> None:
        try:
            action()
        finally:
            database.close()

    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def lose_job(org: DemoOrg) -> None:
    """Salesforce no longer knows the job that is asked for next."""
    body = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
    org.fail_next("/jobs/query/", status=404, body=body)


def undisturbed() -> tuple[dict[str, int], list[tuple[Any, ...]]]:
    """Sums and rows of an import without any trouble; nothing is here again afterwards."""
    run = imported("contacts")
    expected = sums(run), rows(Contact)
    Contact.objects.all().delete()
    run.connection.salesforcerecord_set.all().delete()
    return expected


def test_a_slice_ends_behind_the_page_on_which_its_time_ran_out(import_folder: Path) -> None:
    run = started("contacts")
    run = one_page(run)
    assert (run.state, run.lease) == (RunState.RUNNING, None)
    assert sums(run)["read"] == 25
    assert list(import_folder.iterdir()) == []


def test_a_page_of_a_worker_that_lost_its_claim_is_rolled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    run = started("contacts")

    def taken_over() -> None:
        elsewhere(lambda: ImportRun.objects.filter(pk=run.pk).update(lease=None, lease_until=None))

    with interrupted_by(monkeypatch, taken_over):
        assert not run_slice(run_id=run.pk)
    assert sums(run)["read"] == 0
    assert Contact.objects.count() == 0
    assert run.phases.get(sobject="Contact").cursor is None
    assert worked(run).state == RunState.FINISHED


def test_while_one_worker_is_on_it_a_second_gets_nothing() -> None:
    run = started("contacts")
    with claim(run.pk) as held:
        assert held is not None
        assert not run_slice(run_id=run.pk)
    assert sums(run)["read"] == 0


def test_cancel_stops_behind_the_page_it_is_on(org: DemoOrg, monkeypatch: pytest.MonkeyPatch) -> None:
    run = started("contacts")
    with interrupted_by(monkeypatch, lambda: elsewhere(lambda: imports.cancel(run=run))):
        run = worked(run)
    assert run.state == RunState.CANCELLED
    assert run.finished_at
    assert sums(run)["read"] == Contact.objects.count() + sums(run)["skipped"] == 25
    assert [method for method, _path in org.requests][-1] == "DELETE"


def test_used_up_api_calls_park_the_import_until_some_come_free(org: DemoOrg) -> None:
    expected = undisturbed()
    run = one_page(started("contacts"))
    org.api_limit = org.api_calls
    run = worked(run)
    assert run.state == RunState.PARKED
    assert run.error_code == "REQUEST_LIMIT_EXCEEDED"
    assert run.error_message
    assert run.parked_until
    assert timedelta(minutes=55) < run.parked_until - timezone.now() < PAUSES
    assert not run_slice(run_id=run.pk)
    org.api_limit += 1_000
    run = after_the_pause(run)
    assert (run.state, run.error_message, run.error_code) == (RunState.FINISHED, "", "")
    assert (sums(run), rows(Contact)) == expected


def test_a_used_up_allotment_parks_before_any_call(connection: SalesforceConnection, org: DemoOrg) -> None:
    run = started("contacts")
    sync_settings.update(connection=connection, allotted_calls=1)
    before = org.api_calls
    run = worked(run)
    assert run.state == RunState.PARKED
    assert "may use a day are used up" in run.error_message
    assert org.api_calls == before
    sync_settings.update(connection=connection, allotted_calls=None)
    assert after_the_pause(run).state == RunState.FINISHED


def test_an_overloaded_salesforce_is_tried_again_but_not_for_ever(
    org: DemoOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.salesforce.retries.time.sleep", lambda seconds: None)
    run = started("contacts")
    org.fail_next("/jobs/query", times=10_000)
    run = worked(run)
    assert run.state == RunState.PARKED
    for _ in range(10):
        run = after_the_pause(run) if run.state == RunState.PARKED else run
    assert run.state == RunState.FAILED
    assert run.error_message
    org.faults = Faults()
    assert worked(imports.resume(run=run, detach=False)).state == RunState.FINISHED


def test_pages_that_go_in_forgive_the_faults_before_them() -> None:
    run = started("contacts")
    ImportRun.objects.filter(pk=run.pk).update(faults=9)
    assert one_page(run).faults == 0


def test_a_token_that_expires_on_the_way_is_renewed(org: DemoOrg) -> None:
    expected = undisturbed()
    run = one_page(started("contacts"))
    org.expire_tokens()
    run = worked(run)
    assert (sums(run), rows(Contact)) == expected


def test_a_sign_in_that_is_void_stops_the_import_until_somebody_connects_again(
    connection: SalesforceConnection, org: DemoOrg
) -> None:
    run = one_page(started("contacts"))
    connect.disconnect(connection=connection)
    run = worked(run)
    assert run.state == RunState.FAILED
    assert "not connected" in run.error_message
    assert run.error_remedy
    connect_to(org)
    assert worked(imports.resume(run=run, detach=False)).state == RunState.FINISHED


def test_a_job_that_salesforce_lost_starts_over_with_the_same_sums(org: DemoOrg) -> None:
    expected = undisturbed()
    run = one_page(one_page(started("contacts")))
    lose_job(org)
    run = worked(run)
    assert run.state == RunState.FINISHED
    assert (sums(run), rows(Contact)) == expected
    assert run.phases.get(sobject="Contact").pages > -(-expected[0]["read"] // 25)


def test_a_job_that_is_lost_twice_still_has_the_same_sums(org: DemoOrg) -> None:
    expected = undisturbed()
    run = started("contacts")
    for _ in range(2):
        run = one_page(one_page(run))
        lose_job(org)
    run = worked(run)
    assert (sums(run), rows(Contact)) == expected


def test_a_semi_join_that_times_out_on_the_way_is_gone_around(org: DemoOrg) -> None:
    expected = imported("accounts")
    companies = rows(Company)
    Company.objects.all().delete()
    expected.connection.salesforcerecord_set.all().delete()
    run = started("accounts")
    org.fail_next("/jobs/query", status=400, body=TIMED_OUT)
    run = worked(run)
    assert run.state == RunState.FINISHED
    assert [phase.kind for phase in run.phases.all()] == ["keys", "records", "linking"]
    assert (sums(run), rows(Company)) == (sums(expected), companies)
    assert not run.keys.exists()


def test_a_field_that_was_hidden_is_left_out_and_its_values_stay(org: DemoOrg) -> None:
    imported("contacts")
    titles = dict(Contact.objects.values_list("pk", "job_title"))
    assert any(titles.values())
    org.hide_field("Contact", "Title")
    try:
        run = imported("contacts")
    finally:
        org.show_field("Contact", "Title")
    assert run.state == RunState.FINISHED
    assert dict(Contact.objects.values_list("pk", "job_title")) == titles


def test_a_field_that_is_hidden_behind_an_unchanged_describe_is_found_out(org: DemoOrg) -> None:
    run = started("contacts")
    changed = org.schema_changed
    org.hide_field("Contact", "Title")
    org.schema_changed = changed
    try:
        run = worked(run)
    finally:
        org.show_field("Contact", "Title")
    assert (run.state, run.error_message) == (RunState.FINISHED, "")
    assert Contact.objects.exists()


def test_a_failed_job_is_told_and_asked_for_anew_on_resume(org: DemoOrg) -> None:
    run = one_page(started("contacts"))
    org.fail_next(
        "/results", status=400, body=[{"errorCode": "INVALID_FIELD", "message": "No such column 'X'"}]
    )
    run = worked(run)
    assert run.state == RunState.FAILED
    assert run.error_message
    assert worked(imports.resume(run=run, detach=False)).state == RunState.FINISHED


def test_a_lost_database_connection_repeats_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = undisturbed()

    def break_off() -> None:
        raise OperationalError("server closed the connection unexpectedly")

    run = started("contacts")
    with interrupted_by(monkeypatch, break_off):
        run = worked(run)
    assert run.state == RunState.FINISHED
    assert (sums(run), rows(Contact)) == expected


def test_an_unexpected_error_stops_the_import_with_a_traceback_and_no_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> None:
        raise ZeroDivisionError(f"{'secret'} value")

    run = started("contacts")
    with interrupted_by(monkeypatch, fail):
        run = worked(run)
    assert (run.state, run.error_code) == (RunState.FAILED, "ZeroDivisionError")
    assert "save_and_then" in run.traceback
    assert "secret value" not in run.traceback
    assert Contact.objects.count() == 0
    assert worked(imports.resume(run=run, detach=False)).state == RunState.FINISHED


def test_the_statistics_are_looked_at_after_each_page(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(
        "integrations.pipeline.statistics.refresh_grown", lambda: looks.append(Contact.objects.count())
    )
    one_page(one_page(started("contacts")))
    assert len(looks) == 2
    assert 0 < looks[0] < looks[1]


def test_a_total_that_is_never_right_ends_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*args: Any, **options: Any) -> Iterator[Page]:
        for page in pages(*args, **options):
            if page.last:
                raise RowCountMismatch(promised=121, received=120)
            yield page

    monkeypatch.setattr("integrations.services.phases.pages", wrong)
    run = worked(started("contacts"))
    assert run.phases.get(sobject="Contact").cursor is None
    for _ in range(10):
        assert run.state == RunState.PARKED
        run = after_the_pause(run)
    assert (run.state, run.error_code) == (RunState.FAILED, "ROW_COUNT")
    monkeypatch.undo()
    assert worked(imports.resume(run=run, detach=False)).state == RunState.FINISHED


def test_a_cancel_that_meets_used_up_calls_is_heeded(
    connection: SalesforceConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started("contacts")

    def used_up(*args: object) -> None:
        imports.cancel(run=run)
        raise LimitReached

    monkeypatch.setattr("integrations.services.phases._heed_allotment", used_up)
    assert worked(run).state == RunState.CANCELLED
