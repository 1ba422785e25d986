"""The mirror: each record as last received, and only what is new goes on."""

from datetime import UTC, datetime

from contacts.models import Contact
from integrations.models import SalesforceRecord
from tests.integrations.pipeline.conftest import FIELDS
from tests.integrations.pipeline.rows import account_id, changed, contact, contact_id, stamp

WITHOUT_PHONE = [name for name in FIELDS["Contact"] if name != "Phone"]
WITHOUT_ACCOUNT = [name for name in FIELDS["Contact"] if name != "AccountId"]


def fields():
    return SalesforceRecord.objects.get(salesforce_id=contact_id(1)).fields


def test_an_unchanged_record_is_left_alone(take_in):
    take_in("Contact", contact(1, Phone="1"))
    before = SalesforceRecord.objects.get()
    out = take_in("Contact", contact(1, Phone="changed without a newer stamp"))
    assert (out.updated, out.unchanged) == (0, 1)
    assert SalesforceRecord.objects.get().received_at == before.received_at
    assert Contact.objects.get().phone == "1"


def test_an_older_form_of_a_record_changes_nothing(take_in):
    take_in("Contact", contact(1, Phone="new", SystemModstamp=stamp(5)))
    for names in (None, WITHOUT_PHONE):
        assert take_in("Contact", contact(1, LastName="Old"), fields=names).unchanged == 1
    assert Contact.objects.get().last_name == "Contact 1"
    assert fields()["Phone"] == "new"


def test_a_record_read_with_one_field_more_counts_as_changed(take_in):
    take_in("Contact", contact(1), fields=WITHOUT_PHONE)
    assert take_in("Contact", contact(1, Phone="1")).updated == 1
    assert fields()["Phone"] == "1"


def test_a_field_that_is_hidden_now_keeps_its_value_here_and_in_the_mirror(take_in):
    take_in("Contact", contact(1, Phone="1", FirstName="Ann"))
    take_in("Contact", changed(contact(1, FirstName="Bea"), 1), fields=WITHOUT_PHONE)
    here = Contact.objects.get()
    assert (here.phone, here.first_name) == ("1", "Bea")
    assert (fields()["Phone"], fields()["FirstName"]) == ("1", "Bea")


def test_a_field_that_is_cleared_goes_from_the_mirror(take_in):
    take_in("Contact", contact(1, Phone="1"))
    take_in("Contact", changed(contact(1)))
    assert "Phone" not in fields()
    assert Contact.objects.get().phone is None


def test_the_account_of_a_contact_is_kept_when_the_field_is_hidden(take_in):
    take_in("Contact", contact(1, AccountId=account_id(1)))
    take_in("Contact", changed(contact(1)), fields=WITHOUT_ACCOUNT)
    assert SalesforceRecord.objects.get().related_id == account_id(1)


def test_the_account_of_a_contact_is_forgotten_when_it_is_cleared(take_in):
    take_in("Contact", contact(1, AccountId=account_id(1)))
    take_in("Contact", changed(contact(1)))
    assert SalesforceRecord.objects.get().related_id is None


def test_both_forms_of_a_moment_are_one(take_in):
    take_in("Contact", contact(1, SystemModstamp="2026-01-02T03:04:05.000Z"))
    assert take_in("Contact", contact(1, SystemModstamp="2026-01-02T03:04:05.000+0000")).unchanged == 1


def test_a_second_change_in_the_second_of_the_first_is_not_missed(take_in):
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    take_in("Contact", contact(1, Phone="first", SystemModstamp=now))
    take_in("Contact", contact(1, Phone="second", SystemModstamp=now))
    assert Contact.objects.get().phone == "second"
