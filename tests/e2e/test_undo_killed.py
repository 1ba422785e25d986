"""An undo before a real worker that is killed in the middle: it goes on behind the last part."""

from pathlib import Path

import pytest
from django.db import connection as database
from django.utils import timezone

from contacts.models import Contact
from integrations.models import ImportFile, ImportRun, RemovedRecord, RunKind, RunState
from integrations.services import revival, undo

from .processes import kill, managed, wait_for

ROWS = 100_000


@pytest.mark.slow
def test_a_worker_that_is_killed_in_the_middle_of_an_undo(
    transactional_db: None, import_folder: Path
) -> None:
    now = timezone.now()
    file = ImportFile.objects.create(name="people.csv", encoding="utf-8")
    run = ImportRun.objects.create(
        kind=RunKind.FILE, file=file, state=RunState.FINISHED, started_at=now, finished_at=now
    )
    with database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_contact (last_name, properties, created_by_import)"
            " SELECT 'Person', '{}', %s FROM generate_series(1, %s)",
            [run.pk, ROWS],
        )
    taken_back = undo.start(run=run)
    removing = taken_back.phases.get(kind="remove", sobject="Contact")
    with managed("qcluster", folder=import_folder, WORKERS="1") as worker:
        wait_for(lambda: taken_back.phases.get(pk=removing.pk).pages > 0)
        kill(worker)
    assert 0 < Contact.objects.count() < ROWS
    assert Contact.objects.count() + RemovedRecord.objects.count() == ROWS
    ImportRun.objects.filter(pk=taken_back.pk).update(lease_until="2020-01-01T00:00Z")
    assert revival.revive() == 1
    with managed("qcluster", folder=import_folder, WORKERS="1"):
        wait_for(lambda: ImportRun.objects.get(pk=taken_back.pk).state == RunState.FINISHED, seconds=60)
    assert not Contact.objects.exists()
    assert taken_back.phases.get(pk=removing.pk).removed == ROWS
