"""Commands in processes of their own: side by side, interrupted, and without a database."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from companies.models import Company
from contacts.models import Contact
from integrations.models import ImportRun, RunState
from integrations.sandbox import DemoOrg
from integrations.services import imports
from tests.integrations.services.connected import connect_to, sums, worked

from .processes import managed, wait_for


@pytest.fixture(scope="module")
def org() -> Iterator[DemoOrg]:
    with DemoOrg(contacts=2_000, accounts=300, leads=50, campaigns=1) as org:
        yield org


@pytest.fixture(autouse=True)
def connected(org: DemoOrg, transactional_db: None) -> None:
    connect_to(org)


def test_two_imports_in_two_processes_at_once_link_contacts_and_companies(import_folder: Path) -> None:
    with (
        managed("sf_import", "contacts", "--wait", "--json", folder=import_folder) as contacts,
        managed("sf_import", "accounts", "--wait", "--json", folder=import_folder) as accounts,
    ):
        told = [json.loads(process.communicate()[0].splitlines()[-1]) for process in (contacts, accounts)]
    assert [(answer["state"], answer["read"] > 0) for answer in told] == [("finished", True)] * 2
    assert Company.objects.count() == told[1]["created"]
    assert Contact.objects.exclude(company=None).count() > 1_000
    assert list(import_folder.iterdir()) == []


def test_ctrl_c_cancels_behind_the_page_and_resume_goes_on(import_folder: Path) -> None:
    with managed("sf_import", "contacts", "--wait", "--json", folder=import_folder) as process:
        wait_for(lambda: any(ImportRun.objects.values_list("phases__pages", flat=True)))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    run = ImportRun.objects.get()
    assert (process.returncode, run.state) == (1, RunState.CANCELLED)
    assert json.loads(out.splitlines()[-1])["state"] == "cancelled"
    assert "Traceback" not in err
    assert (run.lease, list(import_folder.iterdir())) == (None, [])
    read = sums(run)["read"]
    run = worked(imports.resume(run=run, detach=False))
    assert run.state == RunState.FINISHED
    assert sums(run)["read"] > read


@pytest.mark.parametrize(
    ("database", "sentence"),
    [
        ("no_such_database", "The database does not answer."),
        ("postgres", "The database lacks tables of this version."),
    ],
)
def test_a_database_that_is_not_ready_is_one_sentence(
    import_folder: Path, database: str, sentence: str
) -> None:
    with managed("sf_status", folder=import_folder, TEST_DATABASE=database) as process:
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert sentence in err
    assert "Traceback" not in err
