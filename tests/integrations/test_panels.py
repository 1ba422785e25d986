"""What the integration adds to the pages of contacts and companies."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from companies.models import Company
from companies.search import matching as companies_matching
from contacts.models import Contact
from contacts.search import matching
from crmbridge.properties.models import Property
from integrations.models import (
    FieldMapping,
    LinkState,
    SalesforceConnection,
    SalesforceObject,
    SalesforceRecord,
)
from integrations.panels import field_rows

pytestmark = pytest.mark.django_db
DESCRIBES = Path(settings.BASE_DIR).parent / "shared" / "salesforce" / "describe"


@pytest.fixture
def org() -> SalesforceConnection:
    return SalesforceConnection.objects.create(
        org_id="00D5f000000abcdEAA",
        flow="jwt",
        login_url="https://a.my.salesforce.com",
        instance_url="https://a.my.salesforce.com",
        client_id="client",
    )


def record(org: SalesforceConnection, salesforce_id: str, **fields: Any) -> SalesforceRecord:
    given = {
        "sobject": "Account",
        "system_modstamp": timezone.now(),
        "shape": 1,
        "link_state": LinkState.LINKED,
    }
    return SalesforceRecord.objects.create(connection=org, salesforce_id=salesforce_id, **{**given, **fields})


def describe(org: SalesforceConnection, *names: str) -> None:
    field = {
        "type": "string",
        "length": 80,
        "precision": 0,
        "scale": 0,
        "calculated": False,
        "custom": False,
        "updateable": True,
        "nillable": True,
        "compoundFieldName": None,
        "picklistValues": [],
        "referenceTo": [],
        "restrictedPicklist": False,
    }
    fields = [{**field, "name": name, "label": f"Account {name}"} for name in names]
    raw = {
        "name": "Account",
        "label": "Account",
        "labelPlural": "Accounts",
        "keyPrefix": "001",
        "fields": fields,
    }
    SalesforceObject.objects.create(connection=org, name="Account", describe=raw)


def test_every_account_field_is_listed_also_blank_and_unmapped_ones(org):
    describe(org, "Id", "Name", "Phone")
    mapped = Property.objects.get(kind="company", name="name")
    FieldMapping.objects.create(connection=org, property=mapped, account_field="Name")
    rows = field_rows(record(org, "0015f00000abcdeAAA", fields={"Id": "x", "Name": "Acme", "Gone__c": "1"}))
    assert [(row.label, row.name, row.value, row.property) for row in rows] == [
        ("Account Id", "Id", "x", ""),
        ("Account Name", "Name", "Acme", "Company name"),
        ("Account Phone", "Phone", None, ""),
        ("Gone__c", "Gone__c", "1", ""),
    ]


@pytest.mark.skipif(not DESCRIBES.exists(), reason="the recorded describes are not here")
def test_a_recorded_describe_gives_a_row_for_every_field_that_can_be_read(org):
    raw = json.loads((DESCRIBES / "Account.json").read_text(encoding="utf-8"))
    SalesforceObject.objects.create(connection=org, name="Account", describe=raw)
    names = {row.name for row in field_rows(record(org, "0015f00000abcdeAAA", fields={}))}
    components = {field["compoundFieldName"] for field in raw["fields"]} - {"Name"}
    assert names == {field["name"] for field in raw["fields"]} - components


def test_the_pages_of_company_and_contact_show_all_account_fields(admin_client, org):
    describe(org, "Id", "Name", "Score__c")
    acme = Company.objects.create(name="Acme")
    amy = Contact.objects.create(last_name="Diaz", company=acme)
    record(org, "0015f00000abcdeAAA", company_id=acme.pk, fields={"Name": "Acme", "Score__c": "87 points"})
    for url in (f"/companies/company/{acme.pk}/change/", f"/contacts/contact/{amy.pk}/company/"):
        page = admin_client.get(url).content.decode()
        assert "Score__c" in page
        assert "87 points" in page
        assert "https://a.my.salesforce.com/0015f00000abcdeAAA" in page


def test_the_page_of_a_contact_links_to_its_lead_and_contact_in_salesforce(admin_client, org):
    amy = Contact.objects.create(last_name="Diaz")
    record(org, "0035f00000abcdeAAA", sobject="Contact", contact_id=amy.pk)
    record(org, "00Q5f00000abcdeAAA", sobject="Lead", contact_id=amy.pk)
    page = admin_client.get(f"/contacts/contact/{amy.pk}/change/").content.decode()
    assert "https://a.my.salesforce.com/0035f00000abcdeAAA" in page
    assert "https://a.my.salesforce.com/00Q5f00000abcdeAAA" in page


def test_a_record_that_is_not_from_salesforce_has_no_salesforce_section(admin_client, org):
    amy = Contact.objects.create(last_name="Diaz")
    assert 'id="salesforce"' not in admin_client.get(f"/contacts/contact/{amy.pk}/change/").content.decode()


@pytest.mark.parametrize("term", ["0035f00000abcde", "0035f00000abcdeAAA"])
def test_a_contact_is_found_by_its_salesforce_id_of_either_length(org, term):
    amy = Contact.objects.create(last_name="Diaz")
    record(org, "0035f00000abcdeAAA", sobject="Contact", contact_id=amy.pk)
    assert list(matching(Contact.objects.all(), term)) == [amy]


@pytest.mark.parametrize("word", ["Pricewaterhouse", "pricewaterhouse"])
def test_a_word_as_long_as_a_salesforce_id_finds_who_is_named_so(org, word):
    company = Company.objects.create(name="PricewaterhouseCoopers")
    contact = Contact.objects.create(last_name="Pricewaterhouse")
    assert list(matching(Contact.objects.all(), word)) == [contact]
    assert list(companies_matching(Company.objects.all(), word)) == [company]


def test_a_salesforce_id_is_found_only_in_its_own_case(org):
    amy = Contact.objects.create(last_name="Diaz")
    record(org, "0035f00000abcdeAAA", sobject="Contact", contact_id=amy.pk)
    assert list(matching(Contact.objects.all(), "0035F00000ABCDE")) == []
