"""What becomes of the mirror when a person removes a record here."""

import pytest

from companies.models import Company
from contacts.models import Contact
from integrations.models import LinkState, SalesforceConnection, SalesforceRecord


def mirrored(**link: int) -> SalesforceRecord:
    connection = SalesforceConnection.objects.create(org_id="00D000000000001EAA", flow="web")
    return SalesforceRecord.objects.create(
        connection=connection,
        salesforce_id="003000000000001AAA",
        sobject="Contact",
        system_modstamp="2026-01-01T00:00:00Z",
        shape=0,
        link_state=LinkState.LINKED,
        **link,
    )


@pytest.mark.django_db
def test_a_removed_contact_releases_its_salesforce_record() -> None:
    contact = Contact.objects.create(last_name="Ann")
    record = mirrored(contact_id=contact.pk)
    contact.delete()
    record.refresh_from_db()
    assert (record.link_state, record.contact_id) == (LinkState.UNLINKED, None)


@pytest.mark.django_db
def test_a_removed_company_releases_its_salesforce_record() -> None:
    company = Company.objects.create(name="Acme")
    record = mirrored(company_id=company.pk)
    company.delete()
    record.refresh_from_db()
    assert (record.link_state, record.company_id) == (LinkState.UNLINKED, None)
