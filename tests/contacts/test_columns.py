"""The columns of All Contacts, chosen by each person."""

import pytest
from django.test import Client

from contacts.models import Contact

pytestmark = pytest.mark.django_db
LIST = "/contacts/contact/"


@pytest.fixture(autouse=True)
def amy() -> Contact:
    return Contact.objects.create(first_name="Amy", last_name="Diaz", city="Kyoto", department="Audit")


def choose(client: Client, *names: str, **more: str) -> str:
    return str(client.post(f"{LIST}columns/", {"column": names, **more}).headers["Location"])


def test_a_person_sees_the_columns_that_were_chosen_in_the_order_of_the_properties(admin_client):
    choose(admin_client, "city", "department")
    page = admin_client.get(LIST).content.decode()
    assert "Kyoto" in page
    assert "column-department" in page
    assert page.index("column-full_name") < page.index("column-department") < page.index("column-city")
    assert "column-email" not in page


def test_other_people_keep_their_columns(admin_client, client, django_user_model):
    choose(admin_client, "city")
    client.force_login(django_user_model.objects.create_superuser("kim"))
    assert "column-email" in client.get(LIST).content.decode()


def test_the_choice_can_be_forgotten(admin_client):
    choose(admin_client, "city")
    choose(admin_client, reset="1")
    assert "column-email" in admin_client.get(LIST).content.decode()


def test_a_name_that_is_no_column_is_left_out(admin_client):
    choose(admin_client, "city", "password", "created_by_import__secret")
    page = admin_client.get(LIST)
    assert page.context["cl"].list_display[1:] == ["full_name", "city"]


def test_the_list_stays_filtered(admin_client):
    assert choose(admin_client, "city", query="?q=amy&o=1") == f"{LIST}?q=amy&o=1"
    assert choose(admin_client, "city", query="\r\nSet-Cookie: x").startswith(f"{LIST}?")


def test_yes_and_no_are_words_in_the_readers_language(admin_client):
    Contact.objects.create(last_name="Diaz", email_opt_out=True)
    admin_client.post("/contacts/contact/columns/", {"column": ["email_opt_out"]})
    page = admin_client.get("/contacts/contact/", headers={"accept-language": "ja"}).content.decode()
    assert '<td class="field-email_opt_out">はい</td>' in page
    assert "True" not in page
