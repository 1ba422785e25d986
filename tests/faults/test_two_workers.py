"""Workers that stop, come twice or come back from the dead: one of them does each page, once."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from django_q.models import OrmQ, Success

from integrations.models import SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import imports
from tests.e2e.processes import Process, wait_for
from tests.integrations.services.connected import sums, worked

from .conftest import Undisturbed
from .locks import workers_are_idle
from .results import result
from .running import asked_for, ended, fresh, lease_runs_out, pages_in, resumed, worker

pytestmark = pytest.mark.usefixtures("connection")


def test_a_worker_that_is_asked_to_stop_hands_the_import_on(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed], import_folder: Path
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with worker(IMPORT_SLICE_SECONDS="0") as stopping:
        with org.hold_next("/results", after=2) as gate:
            wait_for(lambda: bool(gate.arrived))
            stopping.send_signal(signal.SIGTERM)
        stopping.wait(timeout=60)
    assert stopping.returncode == 0
    run = fresh(run)
    assert (run.state, run.lease, list(import_folder.iterdir())) == ("running", None, [])
    assert 0 < sums(run)["read"] < usual.result.sums["read"]
    with worker():
        assert result(ended(run)) == usual.result


def test_a_task_that_is_delivered_again_while_another_cluster_is_on_it_does_no_harm(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with worker(WORKERS="2"), worker(WORKERS="2"), org.hold_next("/results", after=1) as gate:
        wait_for(lambda: bool(gate.arrived) and pages_in(run) == 1)
        for _ in range(6):
            imports.enqueue(run)
        wait_for(lambda: OrmQ.objects.count() == 1 and Success.objects.filter(group="imports").count() == 6)
        assert (pages_in(run), gate.arrived) == (1, 1)
        gate.open()
        assert result(ended(run)) == usual.result


def test_a_task_that_is_delivered_when_the_import_has_ended_does_nothing(
    undisturbed: Callable[[str], Undisturbed],
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    for _ in range(3):
        imports.enqueue(run)
    with worker():
        run = ended(run)
        assert result(run) == usual.result
        imports.enqueue(run)
        assert result(ended(run)) == usual.result
    assert fresh(run).finished_at == run.finished_at


def stops_outside_transactions(process: Process) -> bool:
    """Freezes the process, unless it holds locks that would freeze everybody else."""
    os.killpg(process.pid, signal.SIGSTOP)
    if workers_are_idle():
        return True
    os.killpg(process.pid, signal.SIGCONT)
    return False


def test_a_worker_that_comes_back_after_another_took_over_cannot_commit(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with worker() as frozen, org.hold_next("/results", after=1) as gate:
        wait_for(lambda: bool(gate.arrived) and pages_in(run) == 1)
        wait_for(lambda: stops_outside_transactions(frozen))
        lease_runs_out(run)
        run = worked(imports.resume(run=run, detach=False))
        assert result(run) == usual.result
        gate.open()
        os.killpg(frozen.pid, signal.SIGCONT)
        assert result(ended(run)) == usual.result
        assert fresh(run).lease is None


def test_cancel_then_resume_ends_like_an_undisturbed_import(
    org: DemoOrg, connection: SalesforceConnection, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with worker():
        with org.hold_next("/results", after=1) as gate:
            wait_for(lambda: bool(gate.arrived) and pages_in(run) == 1)
            imports.cancel(run=run)
        assert ended(run).state == "cancelled"
        imports.enqueue(run)
        assert ended(run).state == "cancelled"
        assert 0 < sums(run)["read"] < usual.result.sums["read"]
        assert result(resumed(run)) == usual.result
