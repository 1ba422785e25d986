"""What arrives is what is here, to the letter, and rows that are missing never pass silently."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from contacts.models import Contact
from integrations.models import ImportPhase, SalesforceRecord
from integrations.pipeline.plan import PagePlan
from integrations.pipeline.stage import stage
from integrations.salesforce.errors import ResponseBroken, RowCountMismatch
from tests.integrations.pipeline.rows import contact

VALUES = [
    *("NA", "None", "NULL", "null", "#N/A", "N/A", "nan", "true", "\\N"),
    *("01234", "5.0E7", "00Q000000000aBcAAA", "00Q000000000AbCAAA"),
    *("😀 👩‍👩‍👧", "日本語", "e\u0301", "\u200b", "\u00a0", "\ufeff"),
    *('say "hi"', '"', '""', "'", ";", "a;b;", ",", "a,b", "%s", "{x}", "--", "\\", "\t"),
    *(" leading", "trailing ", "two\nlines", "two\r\nlines", "carriage\rreturn", "\n", "\r\n"),
    *("\\.", "a\n\\.\nb", "a\r\n\\.\r\nb", "a\n\\.", "\\.\nb"),
    "x" * 131_072,
]


def test_every_value_comes_through_to_the_letter(take_in):
    take_in("Contact", *(contact(number, Description=value) for number, value in enumerate(VALUES)))
    came = dict(Contact.objects.values_list("last_name", "description"))
    assert came == {f"Contact {number}": value for number, value in enumerate(VALUES)}
    kept = SalesforceRecord.objects.order_by("salesforce_id").values_list("fields__Description", flat=True)
    assert list(kept) == VALUES


def test_a_blank_value_is_null_here_and_absent_from_the_mirror(take_in):
    take_in("Contact", contact(1, Phone=""))
    assert Contact.objects.get().phone is None
    assert "Phone" not in SalesforceRecord.objects.get().fields


def test_a_field_name_may_be_any_that_salesforce_allows(take_in):
    take_in("Contact", contact(1, Order__c="1", pkg__Select_From__c="2", ID__c="3"))
    fields = SalesforceRecord.objects.get().fields
    assert (fields["Order__c"], fields["pkg__Select_From__c"], fields["ID__c"]) == ("1", "2", "3")


@pytest.mark.parametrize("promised", [1, 3])
def test_fewer_or_more_rows_than_promised_stop_the_page(take_in, promised):
    with pytest.raises(RowCountMismatch) as caught:
        take_in("Contact", contact(1), contact(2), promised=promised)
    assert (caught.value.promised, caught.value.received) == (promised, 2)
    assert not Contact.objects.exists()
    assert not SalesforceRecord.objects.exists()
    assert ImportPhase.objects.get().cursor is None


def test_an_object_with_800_fields_fits_in_a_page(take_in):
    fields = {f"Field_{number}__c": "yes" for number in range(800)}
    take_in("Contact", contact(1, **fields))
    assert SalesforceRecord.objects.get().fields["Field_799__c"] == "yes"


def test_what_is_no_csv_of_these_columns_is_a_broken_response(transactional_db: None, tmp_path: Path) -> None:
    page = tmp_path / "page.csv"
    page.write_text("Id,LastName\n003000000000001AAA\n")
    plan = PagePlan(connection_id=1, run_id=1, phase_id=1, sobject="Contact", columns=("Id", "LastName"))
    with pytest.raises(ResponseBroken), transaction.atomic():
        stage(plan, path=page, rows=1)


def test_a_connection_lost_in_the_middle_of_a_page_counts_as_the_databases_trouble(
    connection_of_the_test: Callable[[], int], tmp_path: Path
) -> None:
    fifo = tmp_path / "page.csv"
    os.mkfifo(fifo)

    def feed() -> None:
        with fifo.open("w") as file:
            file.write("Id\n")
            file.flush()
            _end(backend)
            file.write("003000000000001AAA\n")

    plan = PagePlan(connection_id=1, run_id=1, phase_id=1, sobject="Contact", columns=("Id",))
    backend = connection_of_the_test()
    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    with pytest.raises(OperationalError), transaction.atomic():
        stage(plan, path=fifo, rows=1)
    feeder.join()
    connection.close()


@pytest.fixture
def connection_of_the_test(transactional_db: None) -> Callable[[], int]:
    """The process of PostgreSQL that serves the test."""

    def number() -> int:
        connection.ensure_connection()
        return int(connection.connection.info.backend_pid)

    return number


def _end(backend: int) -> None:
    """Ends a process of PostgreSQL and waits until it is gone."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
