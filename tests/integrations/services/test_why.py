"""Why a value is what it is, what would be written, and the way back."""

import pytest

from companies.models import Company
from contacts.models import Contact
from crmbridge.properties.explain import explain
from crmbridge.properties.history import change_source
from crmbridge.properties.models import PropertyChange
from integrations.models import FieldMapping, SyncRule
from integrations.services import why
from tests.integrations.services.connected import imported


@pytest.fixture
def contact(connection) -> Contact:
    imported("contacts")
    return Contact.objects.filter(city__isnull=False, email__isnull=False).first()


def facts(record, name) -> dict[str, str]:
    return {str(label): str(value) for label, value in explain(record, name).facts}


def by_person(contact: Contact, **values) -> Contact:
    with change_source("user"):
        Contact.objects.filter(pk=contact.pk).update(**values)
    contact.refresh_from_db()
    return contact


def test_a_value_that_came_with_the_record_names_field_rule_and_import(contact):
    told = facts(contact, "city")
    assert told["Salesforce field"] == "Mailing City (Contact.MailingCity)"
    assert told["In Salesforce now"] == contact.city
    assert told["Sync rule"] == "Prefer Salesforce unless blank"
    assert told["Last changed by"] == f"import {contact.created_by_import}, with the record"
    assert told["Row of the table of rules"] == "1"


def test_one_that_a_person_changed_shows_both_values(contact):
    before = contact.city
    told = facts(by_person(contact, city="Here"), "city")
    assert told["In Salesforce now"] == before
    assert told["Row of the table of rules"] == "3"
    assert told["Last changed by"].startswith("a person")


def test_one_without_a_mapping_says_so(contact):
    FieldMapping.objects.filter(property__name="city").delete()
    assert explain(contact, "city").sentence == "No Salesforce field feeds it."


def test_a_record_that_is_only_here(contact):
    mine = Contact.objects.create(city="Oslo")
    assert "not linked" in explain(mine, "city").sentence
    assert facts(mine, "city")["Last changed by"] == "entered with the record"


def test_what_would_be_written_is_told_on_the_record_and_counted(contact, admin_client, connection):
    FieldMapping.objects.filter(property__kind="contact", property__name="city").update(rule=SyncRule.TWO_WAY)
    assert why.count_would_write(connection=connection, kind="contact").get("city", 0) == 0
    by_person(contact, city="Here")
    [(_sobject, value)] = [
        item for item in why.would_write(contact, sobjects=["Contact"]) if item[1].item.property == "city"
    ]
    assert (value.here, value.item.field) == ("Here", "MailingCity")
    assert why.count_would_write(connection=connection, kind="contact")["city"] == 1
    page = admin_client.get(f"/contacts/contact/{contact.pk}/change/").content.decode()
    assert "Would be written to Salesforce" in page
    counts = admin_client.get("/integrations/fieldmapping/contact/would-write/").content.decode()
    assert "City" in counts


def test_a_new_two_way_mapping_would_clear_nothing(contact):
    Contact.objects.filter(pk=contact.pk).update(fax=None)
    PropertyChange.objects.all().delete()
    FieldMapping.objects.filter(property__kind="contact").exclude(property__name="city").delete()
    FieldMapping.objects.filter(property__name="city").update(rule=SyncRule.TWO_WAY)
    Contact.objects.filter(pk=contact.pk).update(city=None)
    assert [value.there for _sobject, value in why.would_write(contact, sobjects=["Contact"])] == [
        contact.city
    ]
    PropertyChange.objects.all().delete()
    assert why.would_write(contact, sobjects=["Contact"]) == []


def test_prefer_would_write_what_salesforce_never_had(contact):
    FieldMapping.objects.filter(property__kind="contact").exclude(property__name="fax").delete()
    by_person(contact, fax="+81 3")
    found = [value for _sobject, value in why.would_write(contact, sobjects=["Contact"]) if value.raw is None]
    assert [value.here for value in found] == ["+81 3"]


class TestTheCard:
    def test_it_shows_history_and_why_and_restores_by_one_click(self, contact, admin_client):
        before = contact.city
        by_person(contact, city="Here")
        url = f"/contacts/contact/{contact.pk}/value/city/"
        page = admin_client.get(url).content.decode()
        assert "Why this value" in page
        assert f"Restore “{before}”" in page
        change = PropertyChange.objects.of("contact", contact.pk).first()

        admin_client.post(f"/contacts/contact/{contact.pk}/restore/{change.pk}/")

        contact.refresh_from_db()
        assert contact.city == before
        last = PropertyChange.objects.of("contact", contact.pk).first()
        assert (last.old, last.new, last.source) == ("Here", before, "user")
        assert last.actor_id is not None

    def test_an_address_that_another_contact_has_by_now_is_told(self, contact, admin_client):
        address = contact.email
        by_person(contact, email="new@example.com")
        Contact.objects.create(email=address)
        change = PropertyChange.objects.of("contact", contact.pk).get(property="email")
        response = admin_client.post(f"/contacts/contact/{contact.pk}/restore/{change.pk}/", follow=True)
        assert "Another record has this value by now" in response.content.decode()

    def test_a_viewer_sees_it_and_restores_nothing(self, contact, client, django_user_model):
        from django.contrib.auth.models import Permission

        user = django_user_model.objects.create_user("kim", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename="view_contact"))
        client.force_login(user)
        by_person(contact, city="Here")
        page = client.get(f"/contacts/contact/{contact.pk}/value/city/").content.decode()
        assert "Restore" not in page
        change = PropertyChange.objects.of("contact", contact.pk).first()
        assert client.post(f"/contacts/contact/{contact.pk}/restore/{change.pk}/").status_code == 403

    def test_an_unknown_property_is_no_page(self, contact, admin_client):
        assert admin_client.get(f"/contacts/contact/{contact.pk}/value/nothing/").status_code == 404


class TestTheTimeline:
    def test_it_is_filtered_by_property_source_and_person(self, contact, admin_client, admin_user):
        by_person(contact, city="Here")
        with change_source("user", actor_id=admin_user.pk):
            Contact.objects.filter(pk=contact.pk).update(fax="123 fax")
        url = f"/contacts/contact/{contact.pk}/change/"
        assert "<ins>Here</ins>" in admin_client.get(url, {"property": "city"}).content.decode()
        assert "<ins>Here</ins>" not in admin_client.get(url, {"property": "fax"}).content.decode()
        assert "<ins>Here</ins>" not in admin_client.get(url, {"source": "file"}).content.decode()
        mine = admin_client.get(url, {"person": admin_user.pk}).content.decode()
        assert "<ins>123 fax</ins>" in mine
        assert "<ins>Here</ins>" not in mine

    def test_older_changes_come_by_a_click(self, contact, admin_client):
        for number in range(105):
            by_person(contact, city=f"City {number}")
        url = f"/contacts/contact/{contact.pk}/change/"
        page = admin_client.get(url).content.decode()
        assert "<ins>City 0</ins>" not in page
        older = page.split('href="?')[-1].split("#activity")[0].replace("&amp;", "&")
        assert "<ins>City 0</ins>" in admin_client.get(f"{url}?{older}").content.decode()


def test_a_company_is_explained_too(connection):
    imported("contacts")
    imported("accounts")
    company = Company.objects.filter(city__isnull=False).first()
    assert facts(company, "city")["Salesforce field"] == "Billing City (Account.BillingCity)"
