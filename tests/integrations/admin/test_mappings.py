"""Contact and Company Field Mappings."""

import pytest

from crmbridge.properties.models import Property
from integrations.models import FieldMapping, SalesforceObject

pytestmark = pytest.mark.django_db
CONTACTS, COMPANIES = "/integrations/fieldmapping/contacts/", "/integrations/fieldmapping/companies/"


def field(name: str, label: str, type: str = "string") -> dict[str, object]:
    return {
        "name": name,
        "label": label,
        "type": type,
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


@pytest.fixture
def mapped(org):
    """Two contact properties and one of companies, with what the org calls their fields."""
    described = {
        "Lead": [field("City", "Town")],
        "Contact": [field("MailingCity", "Mailing Town"), field("Email", "E-Mail", "email")],
        "Account": [field("Name", "Account Name")],
    }
    for name, fields in described.items():
        raw = {"name": name, "label": name, "labelPlural": name, "keyPrefix": "", "fields": fields}
        SalesforceObject.objects.create(connection=org, name=name, describe=raw)
    properties = {(item.kind, item.name): item for item in Property.objects.all()}
    maps = [
        ("contact", "city", {"lead_field": "City", "contact_field": "MailingCity"}),
        ("contact", "email", {"lead_field": "Email", "contact_field": "Email"}),
        ("company", "name", {"account_field": "Name"}),
    ]
    for kind, name, fields in maps:
        FieldMapping.objects.create(
            connection=org, property=properties[kind, name], is_default=True, **fields
        )
    shoe = Property.objects.create(kind="contact", name="shoe_size", label="Shoe size", type="number")
    FieldMapping.objects.create(connection=org, property=shoe, contact_field="Shoe__c", rule="always")


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_row_names_the_property_the_fields_by_label_and_the_rule(admin_client, mapped):
    page = text(admin_client.get(CONTACTS))
    for part in ("City", "Town", "Mailing Town", "MailingCity · string", "Prefer Salesforce unless blank"):
        assert part in page
    assert "Account Name" not in page
    assert "Account Name" in text(admin_client.get(COMPANIES))


def test_standard_and_custom_mappings_are_two_parts(admin_client, mapped):
    page = text(admin_client.get(CONTACTS))
    assert (
        page.index("Standard") < page.index("Mailing Town") < page.index("Custom") < page.index("Shoe size")
    )


def test_a_field_that_the_user_cannot_read_is_marked(admin_client, mapped):
    page = text(admin_client.get(CONTACTS))
    assert "2 mappings name a field that the Salesforce user cannot read." in page
    assert page.count("cannot be read") == 2


@pytest.mark.parametrize("query", ["?q=mailing", "?q=MAILINGCITY", "?q=city town"])
def test_the_search_finds_labels_and_api_names(admin_client, mapped, query):
    page = text(admin_client.get(CONTACTS + query))
    assert "Mailing Town" in page
    assert "Shoe size" not in page


def test_the_filter_leaves_one_rule(admin_client, mapped):
    page = text(admin_client.get(CONTACTS + "?rule=always"))
    assert "Shoe size" in page
    assert "Mailing Town" not in page
    assert "Nothing matches." in text(admin_client.get(CONTACTS + "?rule=two-way"))


def test_before_anything_is_mapped_the_page_says_where_mappings_come_from(admin_client, org):
    assert "There are no mappings yet." in text(admin_client.get(COMPANIES))


def test_without_a_connection_the_page_leads_to_integrations(admin_client, db):
    assert admin_client.get(CONTACTS).headers["Location"] == "/integrations/salesforceconnection/"
