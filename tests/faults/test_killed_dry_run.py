"""A worker that is killed in the middle of a dry run leaves nothing behind; the dry run then begins anew."""

import pytest

from contacts.models import Contact
from integrations.models import ImportRun, Problem, SalesforceRecord
from integrations.sandbox import DemoOrg
from integrations.services import connect, imports
from integrations.services.plans import plan_import
from tests.e2e.processes import kill, wait_for
from tests.integrations.services.connected import imported, sums, worked

from .locks import no_worker_is_connected
from .running import fresh, lease_runs_out, worker

pytestmark = pytest.mark.usefixtures("connection")


def test_a_killed_dry_run_leaves_nothing_and_begins_anew(org: DemoOrg) -> None:
    plan = plan_import(connection=connect.require_current(), record_group="contacts")
    run = imports.start(plan=plan, is_dry=True)
    with org.hold_next("/results", after=1) as gate, worker() as victim:
        wait_for(lambda: bool(gate.arrived) and read_so_far(run) > 0)
        kill(victim)
    wait_for(no_worker_is_connected)
    assert not Contact.objects.exists()
    assert not SalesforceRecord.objects.exists()
    assert not Problem.objects.exists()
    assert fresh(run).state == "running"

    lease_runs_out(run)
    again = worked(imports.resume(run=run, detach=False))

    assert again.state == "finished"
    assert not Contact.objects.exists()
    assert sums(again) == sums(imported("contacts"))


def read_so_far(run: ImportRun) -> int:
    return sum(run.phases.values_list("read", flat=True))
