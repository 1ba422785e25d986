"""Contacts from a file: read, matched, counted, taken in."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import override

from contacts.models import Contact
from crmbridge.errors import Refused
from crmbridge.properties.models import PropertyChange
from integrations.models import (
    ImportRun,
    LinkState,
    Problem,
    RunState,
    SalesforceConnection,
    SalesforceRecord,
)
from integrations.salesforce.ids import to_18
from integrations.services import file_slices, files, imports, problems, slices
from tests.integrations.admin.conftest import make_org

pytestmark = pytest.mark.django_db


def csv_of(*rows: list[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def import_file(
    data: bytes, *, name: str = "people.csv", mode: str = "both", columns: list[str] | None = None
) -> ImportRun:
    """Uploads, matches by the names of the columns and imports to the end."""
    file = files.upload(name=name, data=data)
    files.match(file=file, columns=columns or file.columns, mode=mode)
    run = files.start(file=file, detach=False)
    while slices.run_slice(run_id=run.pk):
        pass
    run.refresh_from_db()
    assert run.state == RunState.FINISHED, run.error_message + run.traceback
    return run


@pytest.fixture
def connection(db) -> SalesforceConnection:
    return make_org()


def linked_contact(connection: SalesforceConnection, salesforce_id: str, **fields: Any) -> Contact:
    """A contact that stands for a Salesforce record."""
    contact = Contact.objects.create(**fields)
    SalesforceRecord.objects.create(
        connection=connection,
        salesforce_id=salesforce_id,
        sobject="Contact",
        system_modstamp=timezone.now(),
        contact_id=contact.pk,
        link_state=LinkState.LINKED,
        fields={},
        shape=0,
    )
    return contact


def sums(run: ImportRun) -> dict[str, int]:
    phase = run.phases.get()
    names = ("read", "created", "updated", "unchanged", "skipped", "failed")
    return {name: getattr(phase, name) for name in names if getattr(phase, name)}


def reasons(run: ImportRun) -> list[tuple[int | None, str]]:
    return list(Problem.objects.filter(occurrences__run=run).order_by("row", "pk").values_list("row", "code"))


HEADER = [
    "Email",
    "First name",
    "Last name",
    "Annual revenue",
    "Date of birth",
    "Email opt-out",
    "Notes of mine",
]


def test_rows_become_contacts_and_a_second_time_change_nothing():
    data = csv_of(
        HEADER,
        ["amy@example.com", "Amy", "Diaz", "1,234.50", "1990-02-03", "yes", "x"],
        ["BO@example.com", "Bo", "", "", "", "", ""],
    )
    run = import_file(data)
    assert sums(run) == {"read": 2, "created": 2}
    amy = Contact.objects.get(email="amy@example.com")
    assert (amy.first_name, amy.last_name, str(amy.annual_revenue)) == ("Amy", "Diaz", "1234.50")
    assert (str(amy.birthdate), amy.email_opt_out) == ("1990-02-03", True)
    assert amy.created_by_import == run.pk
    assert sums(import_file(data)) == {"read": 2, "unchanged": 2}


def test_contacts_that_are_here_change_where_the_file_says_something():
    here = Contact.objects.create(email="Amy@Example.com", first_name="Amelia", phone="1")
    run = import_file(csv_of(["Email", "First name", "Phone"], ["amy@example.com", "Amy", ""]))
    assert sums(run) == {"read": 1, "updated": 1}
    here.refresh_from_db()
    assert (here.first_name, here.phone) == ("Amy", "1")
    change = PropertyChange.objects.get(record_id=here.pk, property="first_name")
    assert (change.old, change.new, change.source, change.source_id) == ("Amelia", "Amy", "file", run.pk)


def test_a_value_that_does_not_fit_is_told_and_the_rest_goes_in():
    run = import_file(csv_of(HEADER, ["amy@example.com", "Amy", "Diaz", "much", "03/04/1990", "perhaps", ""]))
    assert sums(run) == {"read": 1, "created": 1}
    found = Problem.objects.order_by("pk").values_list("row", "code", "property", "raw_value")
    assert list(found) == [
        (2, "file_value_misfit", "annual_revenue", "much"),
        (2, "file_value_misfit", "birthdate", "03/04/1990"),
        (2, "file_value_misfit", "email_opt_out", "perhaps"),
    ]
    amy = Contact.objects.get(first_name="Amy")
    assert set(Problem.objects.values_list("contact_id", flat=True)) == {amy.pk}
    assert not Problem.objects.open().exists()


def test_rows_that_nothing_names_or_that_come_twice_are_skipped_and_told():
    run = import_file(
        csv_of(
            ["Email", "First name"],
            ["amy@example.com", "Amy"],
            ["", "Nobody"],
            [],
            ["AMY@example.com", "Another"],
            ["not an address", "Wrong"],
        )
    )
    assert sums(run) == {"read": 4, "created": 1, "skipped": 3}
    assert reasons(run) == [
        (3, "file_no_identity"),
        (5, "file_duplicate"),
        (6, "file_bad_email"),
        (6, "file_no_identity"),
    ]
    assert run.phases.get().skip_reasons == {"file_no_identity": 2, "file_duplicate": 1}
    assert Problem.objects.get(code="file_duplicate").other_id == "2"


def test_a_row_that_comes_twice_is_known_over_slices(monkeypatch):
    monkeypatch.setattr(file_slices, "ROWS_AT_ONCE", 1)
    rows = [
        ["a@example.com", "A"],
        ["b@example.com", "B"],
        ["A@example.com", "again"],
        ["c@example.com", "C"],
    ]
    file = files.upload(name="x.csv", data=csv_of(["Email", "First name"], *rows))
    run = files.start(file=file, detach=False)
    taken = 1
    while slices.run_slice(run_id=run.pk, seconds=0):
        taken += 1
    assert taken >= len(rows)
    assert sums(run) == {"read": 4, "created": 3, "skipped": 1}
    assert reasons(run) == [(4, "file_duplicate")]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("create", {"read": 2, "created": 1, "skipped": 1}),
        ("update", {"read": 2, "updated": 1, "skipped": 1}),
        ("both", {"read": 2, "created": 1, "updated": 1}),
    ],
)
def test_only_new_ones_or_only_those_that_are_here(mode, expected):
    Contact.objects.create(email="here@example.com")
    data = csv_of(["Email", "City"], ["here@example.com", "Kyoto"], ["new@example.com", "Nara"])
    assert sums(import_file(data, mode=mode)) == expected


def test_the_salesforce_id_comes_before_the_address(connection):
    contact = linked_contact(connection, "0035f00000abcdeAAA", email="old@example.com")
    Contact.objects.create(email="taken@example.com")
    run = import_file(
        csv_of(
            ["Salesforce ID", "Email", "City"],
            ["0035f00000abcde", "new@example.com", "Kyoto"],
            ["0035f00000abcdeAAA", "third@example.com", "Nara"],
            ["0035f00000zzzzzAAA", "", "Osaka"],
            ["nonsense", "fourth@example.com", "Kobe"],
        )
    )
    contact.refresh_from_db()
    assert (contact.email, contact.city) == ("new@example.com", "Kyoto")
    assert sums(run) == {"read": 4, "created": 1, "updated": 1, "skipped": 2}
    assert [code for _row, code in reasons(run)] == ["file_duplicate", "file_unknown_id", "file_bad_id"]


def test_an_address_of_somebody_else_is_not_taken_away(connection):
    contact = linked_contact(connection, "0035f00000abcdeAAA", email="old@example.com")
    Contact.objects.create(email="taken@example.com")
    run = import_file(
        csv_of(["Salesforce ID", "Email", "City"], ["0035f00000abcdeAAA", "Taken@example.com", "Kyoto"])
    )
    contact.refresh_from_db()
    assert (contact.email, contact.city) == ("old@example.com", "Kyoto")
    assert reasons(run) == [(2, "file_email_taken")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_japanese_files_as_spreadsheets_write_them(encoding):
    data = csv_of(
        ["Eメール", "姓", "名", "郵便番号"], ["ito@example.jp", "伊藤", "蓮", "0600001"], encoding=encoding
    )
    file = files.upload(name="顧客.csv", data=data)
    assert file.columns == ["email", "last_name", "first_name", "postal_code"]
    import_file(data)
    ito = Contact.objects.get()
    assert (ito.last_name, ito.first_name, ito.postal_code) == ("伊藤", "蓮", "0600001")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_other_lands(delimiter):
    data = csv_of(["Email", "City"], ["a@example.com", "Zürich"], delimiter=delimiter, encoding="cp1252")
    file = files.upload(name="x.csv", data=data)
    files.read_as(file=file, encoding="cp1252")
    assert files.sample(file) == (["Email", "City"], [["a@example.com", "Zürich"]])


def workbook(*rows: list[Any]) -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def test_a_workbook():
    import datetime

    data = workbook(
        ["Email", "Postal code", "Date of birth", "Annual revenue"],
        ["a@example.com", "01234", datetime.date(1990, 2, 3), 12.5],
        ["b@example.com", 1234, None, 7.0],
    )
    assert sums(import_file(data, name="people.xlsx")) == {"read": 2, "created": 2}
    first, second = Contact.objects.order_by("email")
    assert (first.postal_code, str(first.birthdate), str(first.annual_revenue)) == (
        "01234",
        "1990-02-03",
        "12.5",
    )
    assert (second.postal_code, str(second.annual_revenue)) == ("1234", "7")


def test_what_we_export_comes_back_as_it_was():
    from contacts.resources import ContactResource
    from crmbridge import csv_stream
    from crmbridge.properties.export import csv_rows

    Contact.objects.create(email="a@example.com", phone="+81 3", description="=1+1\nnext", email_opt_out=True)
    exported = "".join(csv_stream.lines(csv_rows(ContactResource(), Contact.objects.all())))
    run = import_file(exported.encode())
    assert sums(run) == {"read": 1, "unchanged": 1}, reasons(run)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty. Its first row must name the columns."),
        (b"Email,City\n", "The file has no rows below the names of its columns."),
        (b"PK\x03\x04 broken", "The workbook cannot be read."),
        (b"Email\n" + b'"' + b"x" * 140_000 + b'"\n', "Row 2 cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(data, sentence):
    with pytest.raises(Refused, match=sentence):
        files.upload(name="x.csv", data=data)


def test_columns_must_name_the_contact_and_fill_a_property_once():
    file = files.upload(name="x.csv", data=csv_of(["Email", "City", "Town"], ["a@example.com", "x", "y"]))
    with pytest.raises(Refused, match="Two columns fill the same property: City"):
        files.match(file=file, columns=["email", "city", "city"], mode="both")
    with pytest.raises(Refused, match="No column says which contact a row is"):
        files.match(file=file, columns=["", "city", ""], mode="both")


def test_labels_match_in_both_languages_whatever_the_reader_speaks():
    with override("ja"):
        file = files.upload(
            name="x.csv",
            data=csv_of(["E-Mail", "FIRST_NAME", "携帯電話", "unknown"], ["a@b.example", "A", "1", "x"]),
        )
    assert file.columns == ["email", "first_name", "mobile_phone", ""]


def test_the_preview_tells_and_writes_nothing():
    Contact.objects.create(email="here@example.com")
    file = files.upload(
        name="x.csv",
        data=csv_of(
            ["Email", "Annual revenue"],
            ["here@example.com", "1"],
            ["new@example.com", "much"],
            ["New@example.com", "2"],
            ["", "3"],
        ),
    )
    found = files.preview(file=file)
    assert (found.rows, found.here, found.repeated, found.without_key) == (4, 1, 1, 1)
    assert [problem.code for problem in found.problems] == [
        "file_value_misfit",
        "file_duplicate",
        "file_no_identity",
    ]
    assert Contact.objects.count() == 1
    assert not Problem.objects.exists()


def test_a_file_is_imported_once_however_often_it_is_asked_for():
    file = files.upload(name="x.csv", data=csv_of(["Email"], ["a@example.com"]))
    assert files.start(file=file, detach=False) == files.start(file=file, detach=False)


def test_cancel_and_resume(monkeypatch):
    monkeypatch.setattr(file_slices, "ROWS_AT_ONCE", 1)
    file = files.upload(name="x.csv", data=csv_of(["Email"], ["a@example.com"], ["b@example.com"]))
    run = files.start(file=file, detach=False)
    slices.run_slice(run_id=run.pk, seconds=0)
    imports.cancel(run=run)
    assert not slices.run_slice(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, Contact.objects.count()) == (RunState.CANCELLED, 1)
    imports.resume(run=run, detach=False)
    assert not slices.run_slice(run_id=run.pk)
    assert sums(run) == {"read": 2, "created": 2}
    with pytest.raises(Refused, match="Rows of a file cannot be tried again"):
        imports.retry(run=run)


def test_old_files_are_removed_and_their_imports_stay(django_assert_max_num_queries):
    never = files.upload(name="never.csv", data=csv_of(["Email"], ["a@example.com"]))
    run = import_file(csv_of(["Email"], ["b@example.com"]))
    type(never).objects.update(uploaded_at="2020-01-01T00:00Z")
    ImportRun.objects.update(finished_at="2020-01-01T00:00Z")
    files.remove_old()
    assert not type(never).objects.filter(pk=never.pk).exists()
    run.refresh_from_db()
    assert str(run.file) == "people.csv"
    with pytest.raises(Refused, match="not kept any more"):
        files.table_of(run.file)


def test_queries_grow_with_chunks_and_not_with_rows(django_assert_max_num_queries):
    rows = [[f"p{number}@example.com", "A", "B"] for number in range(2_000)]
    file = files.upload(name="x.csv", data=csv_of(["Email", "First name", "Last name"], *rows))
    run = files.start(file=file, detach=False)
    with django_assert_max_num_queries(80):
        slices.run_slice(run_id=run.pk)
    assert sums(run) == {"read": 2_000, "created": 2_000}


def test_rows_with_problems_come_back_as_a_file_that_can_be_corrected():
    run = import_file(csv_of(["Email", "City"], ["a@example.com", "Kyoto"], ["", "=Nara"]))
    found = list(problems.csv_rows(run=run))
    assert found[0] == ["Email", "City", "Row in the file", "What happened"]
    assert found[1][:3] == ["", "'=Nara", "3"]
    assert found[1][3].startswith("Nothing in the row says which contact it is")


def test_odd_cells_and_columns_stop_nothing():
    letters = "".join(chr(0x4E00 + number % 20_000) for number in range(4_000))
    data = csv_of(
        ["Email", "", "Last name", "Last name", "Annual revenue", "Date of birth", "Description"],
        ["a@example.com", "x", letters, "y", "9e999", "0001-01-01", letters],
        ["b@example.com"],
        ["c@example.com", "x", "\U0001f600 C", "y", "1e99999", "2026-02-30", "d", "one", "too", "many"],
        ["d@example.com", "\x00", "D\x00d", "", "１２３", "2026年2月3日", "  "],
    )
    run = import_file(data)
    assert sums(run) == {"read": 4, "created": 4}
    assert reasons(run) == [
        (2, "file_value_too_long"),
        (4, "file_value_misfit"),
        (4, "file_value_misfit"),
    ]
    found = dict(Contact.objects.values_list("email", "last_name"))
    assert found["c@example.com"] == "\U0001f600 C"
    assert found["d@example.com"] == "Dd"
    last = Contact.objects.get(email="d@example.com")
    assert (str(last.annual_revenue), str(last.birthdate), last.description) == ("123", "2026-02-03", None)


@pytest.mark.django_db(transaction=True)
def test_an_address_that_a_person_takes_meanwhile_is_tried_again(monkeypatch):
    file = files.upload(name="x.csv", data=csv_of(["Email", "City"], ["a@example.com", "Kyoto"]))
    run = files.start(file=file, detach=False)
    real, tried = file_slices.import_rows, []

    def taken_first(**options: Any) -> Any:
        if not tried:
            tried.append(True)
            raise IntegrityError("one_contact_an_email")
        return real(**options)

    monkeypatch.setattr(file_slices, "import_rows", taken_first)
    while slices.run_slice(run_id=run.pk):
        pass
    assert sums(run) == {"read": 1, "created": 1}


def in_parts(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(file_slices, "ROWS_AT_ONCE", rows)


def import_by_single_rows(data: bytes) -> ImportRun:
    """A worker that is lost after each row."""
    file = files.upload(name="people.csv", data=data)
    files.match(file=file, columns=file.columns, mode="both")
    run = files.start(file=file, detach=False)
    while slices.run_slice(run_id=run.pk, seconds=0):
        pass
    run.refresh_from_db()
    assert run.state == RunState.FINISHED, run.error_message + run.traceback
    return run


ID_A, ID_B = to_18("0035000000AAAAA"), to_18("0035000000BBBBB")


def outcome_of(run: ImportRun) -> tuple[list[str | None], list[tuple[int | None, str]]]:
    told = Problem.objects.filter(occurrences__run=run).order_by("row").values_list("row", "code")
    return sorted(Contact.objects.values_list("email", flat=True), key=str), list(told)


ROWS_THAT_SHARE_KEYS = csv_of(
    ["Email", "Salesforce ID"],
    ["amy@example.com", ""],
    ["amy@example.com", "not an id"],
    ["AMY@example.com", ID_A],
    ["bob@example.com", ID_A],
    ["no address", ID_B],
    ["cid@example.com", ""],
)


def test_an_import_that_lost_its_worker_after_each_row_ends_as_one_in_peace(db, monkeypatch):
    in_peace = outcome_of(import_file(ROWS_THAT_SHARE_KEYS))
    Contact.objects.all().delete()
    in_parts(monkeypatch, 1)

    assert outcome_of(import_by_single_rows(ROWS_THAT_SHARE_KEYS)) == in_peace


def test_a_contact_that_two_rows_name_differently_is_taken_once_across_parts(connection, monkeypatch):
    linked_contact(connection, ID_A, email="amy@example.com", city="Oslo")
    in_parts(monkeypatch, 1)

    run = import_by_single_rows(
        csv_of(["Email", "Salesforce ID", "City"], ["amy@example.com", "", "Rome"], ["", ID_A, "Bern"])
    )

    assert Contact.objects.get().city == "Rome"
    assert outcome_of(run)[1] == [(3, "file_duplicate")]


def test_an_address_that_a_row_gave_up_is_free_for_a_later_row(connection):
    linked_contact(connection, ID_A, email="old@example.com")

    import_file(csv_of(["Email", "Salesforce ID"], ["new@example.com", ID_A], ["old@example.com", ""]))

    assert sorted(Contact.objects.values_list("email", flat=True)) == ["new@example.com", "old@example.com"]


def test_the_owner_of_an_address_that_another_row_asked_for_in_vain_is_no_duplicate(connection):
    linked_contact(connection, ID_A, email="amy@example.com")
    owner = Contact.objects.create(email="bob@example.com")

    run = import_file(
        csv_of(
            ["Email", "Salesforce ID", "City"], ["bob@example.com", ID_A, ""], ["bob@example.com", "", "Rome"]
        )
    )

    owner.refresh_from_db()
    assert owner.city == "Rome"
    assert outcome_of(run)[1] == [(2, "file_email_taken")]


def test_names_that_no_index_takes_are_told_and_the_rest_goes_in(db):
    long = "山" * 256
    run = import_file(csv_of(["Email", "First name", "City"], ["amy@example.com", long, "Rome"]))

    assert (Contact.objects.get().first_name, Contact.objects.get().city) == (None, "Rome")
    assert outcome_of(run)[1] == [(2, "file_value_too_long")]


def test_the_longest_names_go_in(db):
    import_file(csv_of(["Email", "First name", "Last name"], ["amy@example.com", "🙂" * 255, "🙂" * 255]))
    assert len(Contact.objects.get().last_name) == 255


def test_an_address_whose_case_is_read_in_two_ways_is_no_address(db):
    run = import_file(csv_of(["Email"], ["a@İstanbul.com"], ["amy@example.com"]))
    assert outcome_of(run)[1] == [(2, "file_bad_email"), (2, "file_no_identity")]


def book_of(*sheets: list[list[Any]], active: int = 0, stray: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    if stray:
        book.worksheets[0][stray] = "x"
    book.active = active
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


PEOPLE = [["Email", "City"], ["amy@example.com", "Rome"]]


def test_the_first_sheet_of_a_workbook_is_read_whichever_is_open(db):
    file = files.upload(name="p.xlsx", data=book_of(PEOPLE, [["Other"], ["x"]], active=1))
    assert file.columns == ["email", "city"]


def test_a_stray_cell_far_away_does_no_harm(db):
    file = files.upload(name="p.xlsx", data=book_of(PEOPLE, stray="XFD5000"))
    assert (file.columns, file.row_count) == (["email", "city"], 1)


def test_rows_of_a_workbook_keep_their_numbers_beside_blank_ones(db):
    rows = [PEOPLE[0], [None], ["no address", "Rome"]]
    file = files.upload(name="p.xlsx", data=book_of(rows))
    files.match(file=file, columns=file.columns, mode="both")
    run = files.start(file=file, detach=False)
    slices.run_slice(run_id=run.pk)
    assert outcome_of(run)[1] == [(3, "file_bad_email"), (3, "file_no_identity")]


def test_a_workbook_with_too_many_rows_is_refused_with_a_sentence(db, monkeypatch):
    monkeypatch.setattr("integrations.files.reading.MOST_ROWS", 3)
    with pytest.raises(Refused, match="too large"):
        files.upload(name="p.xlsx", data=book_of([["Email"], *[[f"p{n}@example.com"] for n in range(5)]]))


@pytest.mark.parametrize("data", [b"PK\x03\x04 nothing", book_of(PEOPLE)[:-200]])
def test_a_broken_workbook_is_refused_with_a_sentence(db, data):
    with pytest.raises(Refused, match="cannot be read"):
        files.upload(name="p.xlsx", data=data)


def test_a_quotation_mark_that_is_never_closed_is_told_with_its_row(db):
    data = b'Email,City\namy@example.com,Rome\nbob@example.com,"Bern\ncid@example.com,Oslo\n'
    with pytest.raises(Refused, match="Row 3"):
        files.upload(name="p.csv", data=data)
