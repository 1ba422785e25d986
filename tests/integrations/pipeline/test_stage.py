"""What arrives is what is here, to the letter, and rows that are missing never pass silently."""

import pytest

from contacts.models import Contact
from integrations.models import ImportPhase, SalesforceRecord
from integrations.salesforce.errors import RowCountMismatch
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
    assert list(Contact.objects.order_by("id").values_list("description", flat=True)) == VALUES
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
