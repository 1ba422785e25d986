"""A file of a long list before a real worker that is killed in the middle."""

import csv
import io
from pathlib import Path

import pytest

from contacts.models import Contact
from crmbridge.lists import exports
from crmbridge.lists.models import ExportState, List, ListExport

from .processes import kill, managed, wait_for

ROWS = 40_000


@pytest.mark.slow
def test_a_worker_that_is_killed_in_the_middle_of_an_export(
    transactional_db: None, import_folder: Path
) -> None:
    Contact.objects.bulk_create(Contact(last_name=f"P{number}") for number in range(ROWS))
    filters = {
        "groups": [[{"about": "contact", "property": "last_name", "operator": "starts", "values": ["p"]}]]
    }
    everybody = List.objects.create(name="Everybody", type="active", filters=filters)
    export = exports.start(everybody, format="csv", expected=ROWS, by=None)
    with managed("qcluster", folder=import_folder, WORKERS="1") as worker:
        wait_for(lambda: ListExport.objects.get().rows > 0)
        kill(worker)
    export.refresh_from_db()
    assert 0 < export.rows < ROWS
    ListExport.objects.update(beat_at="2026-01-01T00:00:00Z")
    exports.revive()
    with managed("qcluster", folder=import_folder, WORKERS="1"):
        wait_for(lambda: ListExport.objects.get().state == ExportState.FINISHED, seconds=60)
    text = b"".join(exports.content(export)).decode("utf-8-sig")
    ids = [row["id"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert len(ids) == len(set(ids)) == ROWS
