"""All Contacts, and the page of one."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from companies.models import Company
from contacts.models import Contact
from crmbridge.properties.history import change_source
from crmbridge.properties.models import Property, PropertyChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def amy() -> Contact:
    acme = Company.objects.create(name="Acme Industries", industry="Energy")
    return Contact.objects.create(
        first_name="Amy", last_name="Diaz", email="amy@example.com", job_title="Auditor", company=acme
    )


def form_of(client: Client, contact: Contact) -> dict[str, Any]:
    """What the browser would send if the person saved the form as it stands."""
    form = client.get(url_of(contact)).context["adminform"].form
    data = {}
    for field in form:
        value = field.value()
        data[field.html_name] = data[field.html_initial_name] = "" if value is None else value
    return data


def url_of(contact: Contact) -> str:
    return reverse("admin:contacts_contact_change", args=[contact.pk])


def test_the_list_shows_each_contact_with_its_company(admin_client, amy):
    page = admin_client.get("/contacts/contact/").content.decode()
    assert "Amy Diaz" in page
    assert f'href="/companies/company/{amy.company_id}/change/">Acme Industries</a>' in page


def test_the_list_takes_the_same_number_of_queries_for_any_number_of_contacts(
    admin_client, amy, django_assert_max_num_queries
):
    Contact.objects.bulk_create(Contact(last_name=str(number), company=amy.company) for number in range(40))
    with django_assert_max_num_queries(9) as queries:
        admin_client.get("/contacts/contact/")
    assert not [query for query in queries if 'contacts_contact"."description"' in query["sql"]]


def test_an_empty_list_says_where_contacts_come_from(admin_client):
    assert "There are no contacts yet." in admin_client.get("/contacts/contact/").content.decode()


def test_a_search_without_result_offers_the_whole_list(admin_client, amy):
    page = admin_client.get("/contacts/contact/?q=zzz").content.decode()
    assert "Nothing matches." in page


def test_the_page_shows_the_contact_its_company_and_manage_properties(admin_client, amy):
    page = admin_client.get(url_of(amy)).content.decode()
    assert re.search(
        r"<h1>Amy Diaz</h1>.*Auditor.*amy@example\.com.*Acme Industries.*Manage Properties", page, re.S
    )


def test_manage_properties_lists_every_property_of_the_company(admin_client, amy):
    page = admin_client.get(reverse("admin:contacts_contact_company", args=[amy.pk])).content.decode()
    for item in Property.objects.active("company"):
        assert item.label in page
    assert "Energy" in page


def test_manage_properties_needs_a_company_and_the_right_to_see_it(client, admin_client, amy):
    alone = Contact.objects.create(last_name="Alone")
    assert admin_client.get(reverse("admin:contacts_contact_company", args=[alone.pk])).status_code == 404
    user = User.objects.create_user("kim", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_contact"))
    client.force_login(user)
    assert client.get(reverse("admin:contacts_contact_company", args=[amy.pk])).status_code == 403


def test_a_change_is_recorded_as_that_persons(admin_client, admin_user, amy):
    data = form_of(admin_client, amy) | {"job_title": "Chief Auditor"}
    assert admin_client.post(url_of(amy), data).status_code == 302
    change = PropertyChange.objects.get()
    assert (change.property, change.old, change.new) == ("job_title", "Auditor", "Chief Auditor")
    assert (change.source, change.actor_id) == ("user", admin_user.pk)
    assert "Chief Auditor" in admin_client.get(url_of(amy)).content.decode()


def test_saving_a_form_does_not_undo_what_an_import_wrote_meanwhile(admin_client, amy):
    data = form_of(admin_client, amy) | {"job_title": "Chief Auditor"}
    with change_source("import", source_id=7):
        Contact.objects.filter(pk=amy.pk).update(city="Kyoto")
    admin_client.post(url_of(amy), data)
    amy.refresh_from_db()
    assert (amy.job_title, amy.city) == ("Chief Auditor", "Kyoto")


def test_an_emptied_field_becomes_blank_not_empty_text(admin_client, amy):
    admin_client.post(url_of(amy), form_of(admin_client, amy) | {"job_title": ""})
    amy.refresh_from_db()
    assert amy.job_title is None


def test_the_address_of_another_contact_is_refused(admin_client, amy):
    Contact.objects.create(email="bob@example.com")
    response = admin_client.post(url_of(amy), form_of(admin_client, amy) | {"email": "BOB@example.com"})
    assert "A contact with this e-mail address exists already." in response.content.decode()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("email", "amy at example", "Enter an e-mail address such as amy@example.com."),
        ("annual_revenue", "1e999999", "Enter a number of at most 1,000 digits."),
        ("last_name", "山" * 2000, "at most 255 characters"),
    ],
)
def test_a_value_that_does_not_fit_is_told_in_place(admin_client, amy, name, value, sentence):
    response = admin_client.post(url_of(amy), form_of(admin_client, amy) | {name: value})
    assert sentence in response.content.decode()


def test_line_breaks_of_a_long_text_stay(admin_client, amy):
    Contact.objects.filter(pk=amy.pk).update(address="1 Main Street\nFloor 2")
    amy.refresh_from_db()
    assert '<textarea name="address"' in admin_client.get(url_of(amy)).content.decode()
    admin_client.post(
        url_of(amy),
        form_of(admin_client, amy)
        | {"address": "1 Main Street\r\nFloor 3", "initial-address": "1 Main Street\r\nFloor 2"},
    )
    amy.refresh_from_db()
    assert amy.address == "1 Main Street\nFloor 3"


def test_an_odd_address_that_came_from_elsewhere_does_not_stop_other_changes(admin_client, amy):
    Contact.objects.filter(pk=amy.pk).update(email="amy at example")
    amy.refresh_from_db()
    admin_client.post(url_of(amy), form_of(admin_client, amy) | {"city": "Rome"})
    amy.refresh_from_db()
    assert (amy.city, amy.email) == ("Rome", "amy at example")


def test_custom_properties_are_shown_to_those_who_only_look(client, amy):
    Property.objects.create(kind="contact", name="vip", label="VIP", type="yes_no")
    Contact.objects.filter(pk=amy.pk).update(properties={"vip": True})
    user = User.objects.create_user("kim", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_contact"))
    client.force_login(user)
    page = client.get(url_of(amy)).content.decode()
    assert re.search(r"VIP</dt>\s*<dd[^>]*>Yes</dd>", page)


def test_a_person_who_may_only_look_gets_no_form(client, amy):
    user = User.objects.create_user("kim", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_contact"))
    client.force_login(user)
    page = client.get(url_of(amy)).content.decode()
    assert 'name="job_title"' not in page
    assert "Export" not in client.get("/contacts/contact/").content.decode()
    assert client.get("/contacts/contact/export/csv/").status_code == 403


def test_the_filter_by_import_shows_what_that_import_created(admin_client, amy):
    Contact.objects.create(last_name="Imported", created_by_import=12)
    page = admin_client.get("/contacts/contact/?created_by_import=12").content.decode()
    assert "Imported" in page
    assert "Amy Diaz" not in page
