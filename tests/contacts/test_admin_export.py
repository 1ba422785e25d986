"""Contacts as files."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from contacts.models import Contact
from crmbridge.properties import export
from crmbridge.properties.models import Property

pytestmark = pytest.mark.django_db


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline="")))


def test_the_file_holds_what_the_list_shows_with_custom_properties(admin_client):
    Property.objects.create(kind="contact", name="colour", label="Colour", type="text")
    Contact.objects.create(
        last_name="Diaz", postal_code="01234", properties={"colour": "青"}, created_by_import=3
    )
    Contact.objects.create(last_name="Other")
    (row,) = rows_of(admin_client.get("/contacts/contact/export/csv/?created_by_import=3"))
    assert (row["last_name"], row["postal_code"], row["colour"]) == ("Diaz", "01234", "青")


def test_the_file_of_many_contacts_is_one_read_with_its_long_values(
    admin_client, django_assert_max_num_queries
):
    Contact.objects.bulk_create(Contact(description=f"note {number}") for number in range(30))
    with django_assert_max_num_queries(9):
        rows = rows_of(admin_client.get("/contacts/contact/export/csv/"))
    assert {row["description"] for row in rows} == {f"note {number}" for number in range(30)}


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(admin_client, value):
    Contact.objects.create(last_name=value, properties={"note": value})
    Property.objects.create(kind="contact", name="note", label="Note", type="text")
    (row,) = rows_of(admin_client.get("/contacts/contact/export/csv/"))
    assert row["last_name"] == row["note"] == "'" + value


def test_a_workbook_opens_and_keeps_text_as_text(admin_client):
    Contact.objects.create(last_name="=1+1", postal_code="01234", description="a\x01b")
    response = admin_client.get("/contacts/contact/export/xlsx/")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    header, values = ([cell.value for cell in row] for row in sheet.iter_rows())
    row = dict(zip(header, values, strict=True))
    assert (row["last_name"], row["postal_code"]) == ("'=1+1", "01234")


def test_a_workbook_that_would_be_too_long_is_refused_with_a_way_out(admin_client, monkeypatch):
    monkeypatch.setattr(export, "XLSX_MOST_ROWS", 1)
    Contact.objects.bulk_create([Contact(last_name="A"), Contact(last_name="B")])
    response = admin_client.get("/contacts/contact/export/xlsx/", follow=True)
    assert "Export CSV, or narrow the list." in response.content.decode()


def test_other_formats_do_not_exist(admin_client):
    assert admin_client.get("/contacts/contact/export/html/").status_code == 404


def test_numbers_keep_their_digits_and_nothing_else(admin_client):
    contact = Contact.objects.create(pk=12_345, last_name="Diaz", annual_revenue=Decimal("71624.50"))
    (row,) = rows_of(admin_client.get("/contacts/contact/export/csv/"))
    assert (row["id"], row["annual_revenue"]) == (str(contact.pk), "71624.50")
