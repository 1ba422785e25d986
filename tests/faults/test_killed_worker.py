"""A worker that is killed in any step: the import goes on and ends as if nothing had happened."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from contacts.models import Contact
from integrations.models import ImportRun, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import imports
from tests.e2e.processes import kill, wait_for
from tests.integrations.services.connected import rows, worked

from .conftest import Undisturbed
from .locks import lock, no_worker_is_connected, waits_for
from .results import result
from .running import asked_for, campaign_of, fresh, lease_runs_out, pages_in, worker

pytestmark = pytest.mark.usefixtures("connection")

TIMED_OUT = [{"errorCode": "QUERY_TIMEOUT", "message": "Your query request was running for too long."}]
STEPS = [
    ("leads-and-contacts", "records", "Contact"),
    ("leads-and-contacts", "records", "Lead"),
    ("accounts", "records", "Account"),
    ("campaign", "members", "CampaignMember"),
]


def gone_on_with(run: ImportRun) -> ImportRun:
    """The import after a person has resumed it, once the killed worker's claim had run out."""
    assert fresh(run).state == "running"
    lease_runs_out(run)
    return worked(imports.resume(run=run, detach=False))


@pytest.mark.parametrize(("group", "kind", "sobject"), STEPS, ids=[step[2] for step in STEPS])
def test_an_import_killed_in_the_middle_of_a_step_ends_like_an_undisturbed_one(
    org: DemoOrg,
    undisturbed: Callable[[str], Undisturbed],
    import_folder: Path,
    group: str,
    kind: str,
    sobject: str,
) -> None:
    usual = undisturbed(group)
    pages = usual.pages_before(kind, sobject) + 1
    run = asked_for(group, campaign=campaign_of(org) if group == "campaign" else "")
    with org.hold_next("/results", after=pages) as gate, worker() as victim:
        wait_for(lambda: bool(gate.arrived) and pages_in(run) == pages)
        kill(victim)
    assert run.phases.get(kind=kind, sobject=sobject).state == "now"
    (import_folder / str(run.pk) / "page-of-the-dead.csv").touch()
    assert result(gone_on_with(run)) == usual.result
    assert list(import_folder.iterdir()) == []


def test_an_import_killed_while_it_goes_round_the_semi_join_ends_like_an_undisturbed_one(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("accounts")
    org.fail_next("/jobs/query", status=400, body=TIMED_OUT)
    run = asked_for("accounts")
    with org.hold_next("/results", after=1) as gate, worker() as victim:
        wait_for(lambda: bool(gate.arrived) and run.phases.filter(kind="keys", pages=1).exists())
        kill(victim)
    assert run.keys.exists()
    run = gone_on_with(run)
    assert result(run) == usual.result
    assert not run.keys.exists()


def test_an_import_killed_while_it_links_companies_links_them_when_it_goes_on() -> None:
    worked(asked_for("accounts", detach=False))
    run = asked_for("contacts")
    linking = run.phases.get(kind="linking")
    with worker() as victim, ExitStack() as contacts:
        with lock(f"SELECT FROM integrations_importphase WHERE id = {linking.pk} FOR UPDATE"):
            wait_for(lambda: waits_for("integrations_importphase"))
            linked = rows(Contact)
            # As if no page had seen the companies: linking is for those.
            assert Contact.objects.exclude(company=None).update(company=None)
            contacts.enter_context(lock("LOCK TABLE contacts_contact IN SHARE MODE"))
        wait_for(lambda: waits_for("contacts_contact"))
        kill(victim)
    wait_for(no_worker_is_connected)
    assert not Contact.objects.exclude(company=None).exists()
    assert gone_on_with(run).state == "finished"
    assert rows(Contact) == linked


def test_a_new_worker_alone_revives_what_a_killed_one_left(
    org: DemoOrg,
    connection: SalesforceConnection,
    undisturbed: Callable[[str], Undisturbed],
    import_folder: Path,
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with org.hold_next("/results", after=1) as gate, worker() as victim:
        wait_for(lambda: bool(gate.arrived))
        kill(victim)
    lease_runs_out(run)
    OrmQ.objects.all().delete()
    Schedule.objects.update(next_run=timezone.now())
    with worker():
        wait_for(lambda: fresh(run).state == "finished")
    assert result(fresh(run)) == usual.result
    assert list(import_folder.iterdir()) == []
