"""A file of contacts before a real worker that is killed in the middle."""

from pathlib import Path

import pytest

from contacts.models import Contact
from integrations.models import ImportRun, RunState
from integrations.services import files, revival

from .processes import kill, managed, wait_for

ROWS = 30_000


@pytest.mark.slow
def test_a_worker_that_is_killed_in_the_middle_of_a_file(transactional_db: None, import_folder: Path) -> None:
    data = b"Email,First name\n" + b"".join(b"p%d@example.com,P\n" % number for number in range(ROWS))
    run = files.start(file=files.upload(name="people.csv", data=data))
    with managed("qcluster", folder=import_folder, WORKERS="1") as worker:
        wait_for(lambda: any(run.phases.values_list("pages", flat=True)))
        kill(worker)
    assert 0 < run.phases.get().read < ROWS
    ImportRun.objects.update(lease_until="2020-01-01T00:00Z")
    assert revival.revive() == 1
    with managed("qcluster", folder=import_folder, WORKERS="1"):
        wait_for(lambda: ImportRun.objects.get().state == RunState.FINISHED, seconds=60)
    phase = run.phases.get()
    assert (phase.read, phase.created) == (ROWS, ROWS)
    assert Contact.objects.count() == ROWS
