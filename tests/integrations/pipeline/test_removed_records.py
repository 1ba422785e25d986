"""Records that a person removes while, or before, Salesforce's copy comes again."""

from collections.abc import Callable

import pytest
from django.db import connection

from contacts.models import Contact
from integrations.models import SalesforceRecord
from integrations.pipeline import merge
from integrations.pipeline.merge import RecordGone

AMY = {"Id": "003000000000001AAA", "LastName": "Diaz", "Email": "amy@x.org"}
LATER = {"SystemModstamp": "2026-02-01T00:00:00.000Z"}


def remove_all_contacts() -> None:
    """Past Django and its signals, as another process does it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM contacts_contact")


def test_a_link_that_leads_nowhere_is_made_anew_when_the_record_changes(take_in: Callable) -> None:
    take_in("Contact", AMY)
    remove_all_contacts()
    outcome = take_in("Contact", {**AMY, **LATER, "LastName": "Diaz-Lee"})
    assert (outcome.created, outcome.unchanged) == (1, 0)
    assert SalesforceRecord.objects.get().contact_id == Contact.objects.get(last_name="Diaz-Lee").pk


def test_a_contact_removed_between_match_and_merge_sends_the_page_back(
    take_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    Contact.objects.create(email="amy@x.org")
    insert_new = merge.insert_new

    def remove_then_insert(plan: object) -> int:
        remove_all_contacts()
        return insert_new(plan)

    monkeypatch.setattr(merge, "insert_new", remove_then_insert)
    with pytest.raises(RecordGone):
        take_in("Contact", AMY)
    assert not SalesforceRecord.objects.exists()
    monkeypatch.undo()
    assert take_in("Contact", AMY).updated == 1
