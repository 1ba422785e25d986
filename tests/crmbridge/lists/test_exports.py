"""Long lists become files part by part, whatever happens to the worker."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse
from django_q.models import OrmQ

from contacts.models import Contact
from crmbridge.lists import exports
from crmbridge.lists.models import ExportState, List, ListExport, ListExportPart

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(db: None, monkeypatch) -> List:
    monkeypatch.setattr(exports, "ROWS_A_PART", 10)
    Contact.objects.bulk_create(Contact(last_name=f"P{number}", job_title="=1+1") for number in range(25))
    filters = {"groups": [[{"about": "contact", "property": "last_name", "operator": "known"}]]}
    return List.objects.create(name="Everybody", type="active", filters=filters)


def run(export: ListExport) -> ListExport:
    export.refresh_from_db()
    exports.run_slice(export_id=export.pk, turn=export.turn)
    export.refresh_from_db()
    return export


def rows(export: ListExport) -> list[dict[str, str]]:
    text = b"".join(exports.content(export)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_parts_together_are_the_list(everybody):
    export = run(exports.start(everybody, format="csv", expected=25, by=None))
    assert (export.state, export.rows, export.parts.count()) == ("finished", 25, 3)
    names = [row["last_name"] for row in rows(export)]
    assert names == [f"P{number}" for number in reversed(range(25))]
    assert {row["job_title"] for row in rows(export)} == {"'=1+1"}


def test_a_worker_that_was_lost_loses_its_turn_and_another_goes_on(everybody, monkeypatch):
    export = exports.start(everybody, format="csv", expected=25, by=None)
    first_turn = export.turn
    assert exports._make_part(export.pk, first_turn)
    ListExport.objects.update(beat_at="2026-01-01T00:00:00Z")
    exports.revive()
    assert OrmQ.objects.count() == 2
    assert not exports._make_part(export.pk, first_turn)
    export = run(export)
    assert (export.state, export.rows) == ("finished", 25)
    assert len({row["id"] for row in rows(export)}) == 25


def test_an_export_that_is_cancelled_leaves_nothing(everybody):
    export = exports.start(everybody, format="csv", expected=25, by=None)
    exports._make_part(export.pk, export.turn)
    exports.cancel(export)
    assert run(export).state == ExportState.CANCELLED
    assert not ListExportPart.objects.exists()


def test_the_file_is_of_the_list_as_it_was_asked_for(everybody):
    export = exports.start(everybody, format="csv", expected=25, by=None)
    List.objects.update(
        filters={"groups": [[{"about": "contact", "property": "last_name", "operator": "unknown"}]]}
    )
    assert run(export).rows == 25


def test_a_list_that_cannot_be_worked_out_says_why(everybody):
    filters = {"groups": [[{"about": "contact", "property": "gone", "operator": "known"}]]}
    List.objects.update(filters=filters)
    everybody.refresh_from_db()
    export = run(exports.start(everybody, format="csv", expected=25, by=None))
    assert export.state == ExportState.FAILED
    assert "gone" in export.reason


def test_a_workbook_has_the_same_rows(everybody):
    export = run(exports.start(everybody, format="xlsx", expected=25, by=None))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(exports.content(export)))).active
    assert sheet.max_row == 26


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_short_lists_come_at_once_and_long_ones_by_the_worker(admin_client, everybody, monkeypatch, format):
    # A character that no workbook may have.
    Contact.objects.filter(last_name="P0").update(city="a\x0bb")
    url = reverse("admin:lists_list_export", args=[everybody.pk])
    response = admin_client.post(url, {"format": format})
    assert response["Content-Disposition"].endswith(f'.{format}"')
    monkeypatch.setattr(exports, "AT_ONCE", 20)
    response = admin_client.post(url, {"format": format}, follow=True)
    export = ListExport.objects.get()
    assert "0 of 25" in response.content.decode()
    download = reverse("admin:lists_export_download", args=[export.pk])
    assert admin_client.get(download).status_code == 404
    run(export)
    response = admin_client.get(download)
    assert len(b"".join(response.streaming_content)) == int(response["Content-Length"]) > 100
