"""Bulk jobs and query locators that end in Salesforce before they have been read."""

from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from integrations.models import ImportRun
from integrations.sandbox import DemoOrg
from integrations.sandbox.bulk.query_job import QueryJob
from tests.e2e.processes import wait_for
from tests.integrations.services.connected import worked

from .conftest import PAGE_ROWS, Undisturbed
from .results import forget, result
from .running import asked_for, ended, pages_in, process, resumed

pytestmark = pytest.mark.usefixtures("connection")

LOCATOR_GONE = [{"errorCode": "INVALID_QUERY_LOCATOR", "message": "invalid query locator"}]
A_WHILE = 60.0
MANY = 100_000


def job_under_way(org: DemoOrg) -> QueryJob:
    """The job of a new import, which Salesforce is not done with; the jobs after it are quick again."""
    before = org.query_jobs.created
    org.bulk_delay = A_WHILE
    wait_for(lambda: org.query_jobs.created > before and org.query_jobs.all()[0].state == "InProgress")
    wait_for(lambda: org.query_jobs.all()[0].result is not None)
    org.bulk_delay = 0.0
    return org.query_jobs.all()[0]


@pytest.mark.usefixtures("shared_worker")
def test_a_job_that_salesforce_failed_is_told_and_asked_for_anew_on_resume(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.bulk_delay = A_WHILE
    run = asked_for("leads-and-contacts")
    org.query_jobs.fail(job_under_way(org), "InternalServerError: the job could not be run")
    run = ended(run)
    assert (run.state, run.error_code, run.error_message) == (
        "failed",
        "JOB_FAILED",
        "Salesforce's bulk job failed.",
    )
    assert run.error_remedy
    assert run.traceback == "InternalServerError: the job could not be run"
    assert result(resumed(run)) == usual.result


@pytest.mark.usefixtures("shared_worker")
def test_a_job_that_was_aborted_in_salesforce_is_told_and_asked_for_anew_on_resume(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.bulk_delay = A_WHILE
    run = asked_for("leads-and-contacts")
    org.query_jobs.abort(job_under_way(org))
    run = ended(run)
    assert (run.state, run.error_code) == ("failed", "JOB_ABORTED")
    assert run.error_message == "Salesforce's bulk job was stopped in Salesforce."
    assert run.error_remedy
    assert result(resumed(run)) == usual.result


@pytest.mark.usefixtures("shared_worker")
def test_a_job_that_was_deleted_before_it_was_done_is_asked_for_anew(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.bulk_delay = A_WHILE
    run = asked_for("leads-and-contacts")
    job = job_under_way(org)
    with org.hold_next("/jobs/query/"):
        org.query_jobs.abort(job)
        org.query_jobs.delete(job)
    assert result(ended(run)) == usual.result


@pytest.mark.usefixtures("shared_worker")
def test_a_job_that_was_deleted_while_it_was_read_is_asked_for_anew(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    run, jobs = asked_for("leads-and-contacts"), org.query_jobs.created
    with org.hold_next("/results", after=2) as gate:
        wait_for(lambda: bool(gate.arrived) and pages_in(run) == 2)
        org.query_jobs.delete(org.query_jobs.all()[0])
    assert result(ended(run)) == usual.result
    assert org.query_jobs.created == jobs + 3


@pytest.mark.usefixtures("shared_worker")
def test_a_bulk_locator_that_is_gone_starts_the_step_over(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.fail_next("locator=", status=400, body=LOCATOR_GONE, after=2)
    run = ended(asked_for("leads-and-contacts"))
    assert result(run) == usual.result
    assert pages_in(run) > sum(usual.pages.values())


def test_a_rest_locator_that_is_gone_starts_the_step_over(org: DemoOrg, settings: Settings) -> None:
    settings.IMPORT_BULK_ABOVE, org.rest_page_size = MANY, PAGE_ROWS
    run = worked(asked_for("contacts", detach=False))
    usual, pages = result(run), pages_in(run)
    forget(run)
    with process("sf_import", "contacts", "--wait", IMPORT_BULK_ABOVE=str(MANY)) as importing:
        with org.hold_next("/query/", after=1) as gate:
            wait_for(lambda: bool(gate.arrived) and pages_in(ImportRun.objects.get()) == 2)
            org.expire_locators()
        importing.communicate(timeout=60)
    run = ImportRun.objects.get()
    assert result(run) == usual
    assert pages_in(run) == pages + 2
