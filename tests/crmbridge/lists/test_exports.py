"""Long lists become files part by part, whatever happens to the worker."""

import csv
import io
from datetime import timedelta
from urllib.parse import quote

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from contacts.models import Contact
from crmbridge.lists import exports, files, services
from crmbridge.lists.models import ExportState, List, ListExport, ListExportPart
from crmbridge.properties.models import Property

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(db: None, monkeypatch) -> List:
    monkeypatch.setattr(exports, "ROWS_A_PART", 10)
    monkeypatch.setattr(exports, "_SLICE", timedelta(0))
    Contact.objects.bulk_create(Contact(last_name=f"P{number}", job_title="=1+1") for number in range(25))
    filters = {"groups": [[{"about": "contact", "property": "last_name", "operator": "known"}]]}
    return List.objects.create(name="Everybody", type="active", filters=filters)


def one_part(export: ListExport) -> ListExport:
    """What a worker makes of it in one turn, which is one part here."""
    export.refresh_from_db()
    exports.run_slice(export_id=export.pk, turn=export.turn)
    export.refresh_from_db()
    return export


def run(export: ListExport) -> ListExport:
    """All its turns."""
    one_part(export)
    while export.is_under_way:
        one_part(export)
    return export


def rows(export: ListExport) -> list[dict[str, str]]:
    text = b"".join(exports.content(export)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_parts_together_are_the_list(everybody):
    export = run(exports.start(everybody, format="csv", expected=25, by=None))
    assert (export.state, export.rows, export.parts.count()) == ("finished", 25, 4)
    names = [row["last_name"] for row in rows(export)]
    assert names == [f"P{number}" for number in reversed(range(25))]
    assert {row["job_title"] for row in rows(export)} == {"'=1+1"}


def test_a_worker_that_was_lost_loses_its_turn_and_another_goes_on(everybody, monkeypatch):
    export = exports.start(everybody, format="csv", expected=25, by=None)
    one_part(export)
    lost_turn = export.turn
    ListExport.objects.update(beat_at="2026-01-01T00:00:00Z")
    exports.revive()
    assert OrmQ.objects.count() == 3
    exports.run_slice(export_id=export.pk, turn=lost_turn)
    export.refresh_from_db()
    assert export.rows == 10
    export = run(export)
    assert (export.state, export.rows) == ("finished", 25)
    assert len({row["id"] for row in rows(export)}) == 25


def test_an_export_that_is_cancelled_leaves_nothing(everybody):
    export = exports.start(everybody, format="csv", expected=25, by=None)
    one_part(export)
    assert exports.cancel(export)
    assert run(export).state == ExportState.CANCELLED
    assert not ListExportPart.objects.exists()
    assert not exports.cancel(export)


def test_an_export_whose_workers_die_again_and_again_ends(everybody):
    export = exports.start(everybody, format="csv", expected=25, by=None)
    for _time in range(6):
        ListExport.objects.update(beat_at="2026-01-01T00:00:00Z")
        exports.revive()
    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert "lost several times" in export.reason
    assert not ListExportPart.objects.exists()


def test_an_error_that_nobody_thought_of_ends_the_export_and_is_not_hidden(everybody, monkeypatch):
    export = exports.start(everybody, format="csv", expected=25, by=None)

    def fails(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(exports, "_next", fails)
    with pytest.raises(ZeroDivisionError):
        one_part(export)
    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert "log of the worker" in export.reason


def test_a_list_that_is_removed_meanwhile_ends_its_export(everybody):
    export = exports.start(everybody, format="csv", expected=25, by=None)
    one_part(export)
    number, turn = export.pk, export.turn
    services.delete(everybody)
    exports.run_slice(export_id=number, turn=turn)
    assert not ListExport.objects.exists()


def test_files_are_kept_for_seven_days(everybody):
    export = run(exports.start(everybody, format="csv", expected=25, by=None))
    ListExport.objects.update(created_at=timezone.now() - timedelta(days=6))
    exports.revive()
    export.refresh_from_db()
    ListExport.objects.update(created_at=timezone.now() - timedelta(days=8))
    exports.revive()
    assert not ListExport.objects.exists()


def test_a_property_that_comes_or_goes_meanwhile_moves_no_column(everybody):
    for name in ("aaa", "bbb"):
        Property.objects.create(kind="contact", name=name, label=name, type="text")
    Contact.objects.update(properties={"aaa": "a", "bbb": "b", "ccc": "c"})
    export = exports.start(everybody, format="csv", expected=25, by=None)
    one_part(export)
    Property.objects.filter(name="aaa").update(archived_at=timezone.now())
    Property.objects.create(kind="contact", name="ccc", label="ccc", type="text", order=0)
    found = rows(run(export))
    assert {(row["aaa"], row["bbb"]) for row in found} == {("a", "b")}
    assert "ccc" not in found[0]


def test_a_static_and_an_empty_list_become_files_too(everybody):
    static = List.objects.create(name="Static")
    assert rows(run(exports.start(static, format="csv", expected=0, by=None))) == []
    static.contacts.add(Contact.objects.latest("pk"))
    assert [
        row["last_name"] for row in rows(run(exports.start(static, format="csv", expected=1, by=None)))
    ] == ["P24"]


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
    names, *values = sheet.values
    assert [row[names.index("last_name")] for row in values] == [f"P{n}" for n in reversed(range(25))]


def test_a_workbook_ends_where_a_workbook_must(everybody, monkeypatch):
    monkeypatch.setattr(files, "XLSX_MOST_ROWS", 20)
    export = run(exports.start(everybody, format="xlsx", expected=25, by=None))
    assert export.state == ExportState.FAILED
    assert "more than 20 rows" in export.reason


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
    page = admin_client.get(reverse("admin:lists_list_change", args=[everybody.pk])).content.decode()
    assert reverse("admin:lists_export", args=[export.pk]) in page
    response = admin_client.get(download)
    assert len(b"".join(response.streaming_content)) == int(response["Content-Length"]) > 100


def test_a_file_has_the_name_of_its_list_in_any_script(admin_client, everybody):
    List.objects.update(name="春の 見込み客")
    url = reverse("admin:lists_list_export", args=[everybody.pk])
    named = admin_client.post(url, {"format": "csv"})["Content-Disposition"]
    assert quote("春の-見込み客") in named


def test_an_export_that_had_ended_is_not_said_to_be_cancelled(admin_client, everybody):
    export = run(exports.start(everybody, format="csv", expected=25, by=None))
    url = reverse("admin:lists_export_cancel", args=[export.pk])
    assert "The export had ended already." in admin_client.post(url, follow=True).content.decode()


def test_a_workbook_is_refused_where_it_would_be_too_long(admin_client, everybody, monkeypatch):
    monkeypatch.setattr(files, "XLSX_MOST_ROWS", 20)
    monkeypatch.setattr(exports, "AT_ONCE", 10)
    url = reverse("admin:lists_list_export", args=[everybody.pk])
    page = admin_client.post(url, {"format": "xlsx"}, follow=True).content.decode()
    assert "more than 20 rows" in page
    assert not ListExport.objects.exists()
