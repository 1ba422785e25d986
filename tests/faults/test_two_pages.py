"""Trouble while one page is merged and the next stands behind it, compared already."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django_q.models import OrmQ

from contacts.models import Contact
from integrations.models import ImportRun, SalesforceRecord
from integrations.pipeline.page import MERGE_LOCK
from integrations.services import imports
from tests.e2e.processes import wait_for
from tests.integrations.services.connected import sums, worked

from .conftest import PAGE_ROWS, Undisturbed
from .locks import lock, page_waits_for_its_turn, pages_that_wait_behind_another, terminate
from .results import result
from .running import asked_for, fresh, lease_runs_out, pages_in, resumed, worker

pytestmark = pytest.mark.usefixtures("connection")


@contextmanager
def two_pages_under_way(run: ImportRun) -> Iterator[int]:
    """A worker whose first page waits for the lock; yields the connection of the second."""
    with worker():
        with lock(f"SELECT pg_advisory_xact_lock({MERGE_LOCK})"):
            wait_for(lambda: page_waits_for_its_turn() and bool(pages_that_wait_behind_another()))
            assert pages_in(run) == 0
            [second] = pages_that_wait_behind_another()
            yield second
        wait_for(lambda: not OrmQ.objects.exists())


def test_a_cancel_lets_the_page_that_is_merged_in_and_no_other(
    undisturbed: Callable[[str], Undisturbed],
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with two_pages_under_way(run):
        imports.cancel(run=run)
    run = fresh(run)
    assert (run.state, sums(run)["read"]) == ("cancelled", PAGE_ROWS)
    assert SalesforceRecord.objects.count() == PAGE_ROWS
    with worker():
        assert result(resumed(run)) == usual.result


def test_a_worker_that_lost_its_claim_commits_neither_page(
    undisturbed: Callable[[str], Undisturbed],
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with two_pages_under_way(run):
        ImportRun.objects.filter(pk=run.pk).update(lease=uuid4())
    assert pages_in(run) == 0
    assert not Contact.objects.exists()
    assert not SalesforceRecord.objects.exists()
    lease_runs_out(run)
    assert result(worked(imports.resume(run=fresh(run), detach=False))) == usual.result


def test_a_lost_connection_of_the_second_page_costs_that_page_alone(
    undisturbed: Callable[[str], Undisturbed],
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with two_pages_under_way(run) as second:
        terminate(second)
    assert result(fresh(run)) == usual.result
