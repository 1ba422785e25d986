"""A worker that is killed, or loses its database, in the middle of a page's transaction: the page leaves nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from contacts.models import Contact
from integrations.models import ImportRun, Problem, SalesforceRecord
from integrations.pipeline.page import MERGE_LOCK
from integrations.sandbox import DemoOrg
from integrations.services import imports
from tests.e2e.processes import Process, kill, wait_for
from tests.integrations.services.connected import sums, worked

from .conftest import PAGE_ROWS, Undisturbed
from .locks import lock, no_worker_is_connected, page_waits, terminate_workers
from .results import result
from .running import asked_for, ended, fresh, lease_runs_out, pages_in, worker

pytestmark = pytest.mark.usefixtures("connection")

# What the transaction of the second page has to wait for, and so how far it has come.
POINTS = {
    "staged": f"SELECT pg_advisory_xact_lock({MERGE_LOCK})",
    "contacts and mirror written": "LOCK TABLE integrations_problem IN SHARE MODE",
    "everything but the sums written": "LOCK TABLE integrations_importphase IN SHARE MODE",
}


@contextmanager
def caught(org: DemoOrg, run: ImportRun, *, at: str) -> Iterator[Process]:
    """A worker in the transaction of the second page, which cannot go on until the block has ended."""
    with worker() as victim:
        with org.hold_next("/results", after=1) as gate:
            wait_for(lambda: bool(gate.arrived) and pages_in(run) == 1)
            with lock(POINTS[at]):
                gate.open()
                wait_for(page_waits)
                yield victim
        if victim.poll() is None:
            ended(run)


def here() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Contact, SalesforceRecord, Problem))


@pytest.mark.parametrize("at", POINTS)
def test_a_worker_killed_in_a_page_leaves_nothing_of_it(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed], at: str
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with caught(org, run, at=at) as victim:
        before = here()
        kill(victim)
    wait_for(no_worker_is_connected)
    assert here() == before
    assert sums(run)["read"] == before[1] == PAGE_ROWS
    lease_runs_out(run)
    assert result(worked(imports.resume(run=run, detach=False))) == usual.result


@pytest.mark.parametrize("at", POINTS)
def test_a_worker_whose_database_connections_end_in_a_page_takes_the_page_in_again(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed], at: str
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with caught(org, run, at=at):
        terminate_workers()
    assert result(fresh(run)) == usual.result
