"""Companies, and the page of one."""

import pytest
from django.urls import reverse

from companies.models import Company
from companies.search import matching
from contacts.models import Contact
from crmbridge.properties.models import PropertyChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Company:
    Company.objects.create(name="Globex", domain="globex.example")
    return Company.objects.create(name="Acme Industries", domain="acme.example")


def test_the_page_lists_the_first_contacts_and_links_to_all(admin_client, acme):
    Contact.objects.bulk_create(
        Contact(last_name=f"Person {number:02}", company=acme) for number in range(21)
    )
    page = admin_client.get(reverse("admin:companies_company_change", args=[acme.pk])).content.decode()
    assert "Person 20" in page
    assert "Person 00" not in page
    assert f"/contacts/contact/?company__id__exact={acme.pk}" in page


def test_the_link_to_all_contacts_shows_only_those_of_the_company(admin_client, acme):
    Contact.objects.create(last_name="Inside", company=acme)
    Contact.objects.create(last_name="Outside")
    page = admin_client.get(f"/contacts/contact/?company__id__exact={acme.pk}").content.decode()
    assert "Inside" in page
    assert "Outside" not in page


@pytest.mark.parametrize("term", ["acme", "ACME IND", "acme.ex"])
def test_the_start_of_a_name_or_domain_finds_a_company(acme, term):
    assert list(matching(Company.objects.all(), term)) == [acme]


def test_companies_are_offered_to_the_form_of_a_contact_as_one_types(admin_client, acme):
    response = admin_client.get(
        "/autocomplete/",
        {"app_label": "contacts", "model_name": "contact", "field_name": "company", "term": "acm"},
    )
    assert [row["text"] for row in response.json()["results"]] == ["Acme Industries"]


@pytest.mark.parametrize("way", ["page", "list"])
def test_a_link_that_a_deletion_cuts_is_recorded_as_that_persons_change(admin_client, admin_user, acme, way):
    Contact.objects.create(last_name="Diaz", company=acme)
    if way == "page":
        admin_client.post(reverse("admin:companies_company_delete", args=[acme.pk]), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [acme.pk], "post": "yes"}
        admin_client.post("/companies/company/", chosen)
    change = PropertyChange.objects.get(kind="contact", property="company_id")
    assert (change.source, change.actor_id) == ("user", admin_user.pk)


def test_the_list_leaves_long_values_in_the_database(admin_client, acme, django_assert_max_num_queries):
    with django_assert_max_num_queries(9) as queries:
        page = admin_client.get("/companies/company/").content.decode()
    assert "Acme Industries" in page
    assert not [query for query in queries if '"companies_company"."description"' in query["sql"]]


def test_an_empty_list_says_where_companies_come_from(admin_client):
    assert "Account Sync" in admin_client.get("/companies/company/").content.decode()
