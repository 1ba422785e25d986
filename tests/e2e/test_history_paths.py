"""Whatever path a value takes, exactly its change is history, with who or what made it."""

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection as database
from import_export.resources import ModelResource
from tablib import Dataset

from contacts.models import Contact
from crmbridge.properties.models import PropertyChange
from integrations.models import FieldMapping, SalesforceRecord
from integrations.services import backfill, undo
from tests.integrations.services.conftest import connection, module_org, org  # noqa: F401
from tests.integrations.services.connected import imported, worked

pytestmark = pytest.mark.django_db(transaction=True)


def history(contact: Contact) -> list[tuple[str, str | None, str | None, str, int | None]]:
    found = PropertyChange.objects.of("contact", contact.pk)
    return [(c.property, c.old, c.new, c.source, c.source_id) for c in found]


@pytest.fixture
def contact(transactional_db) -> Contact:
    return Contact.objects.create(email="amy@example.com", city="Oslo")


def test_the_console(contact, admin_client):
    admin_client.post(
        f"/contacts/contact/{contact.pk}/change/",
        {"email": contact.email, "initial-email": contact.email, "city": "Rome", "initial-city": "Oslo"},
    )
    assert history(contact) == [("city", "Oslo", "Rome", "user", None)]
    assert PropertyChange.objects.get().actor_id == User.objects.get().pk


def test_many_at_once_in_the_console(contact, admin_client):
    data = {"action": "set_property", "_selected_action": [contact.pk], "confirmed": "1"}
    admin_client.post("/contacts/contact/", {**data, "property": "city", "value": "Rome"})
    assert history(contact) == [("city", "Oslo", "Rome", "user", None)]


def test_a_file_by_the_command(contact, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Email,City\namy@example.com,Rome\n")
    call_command("import_file", str(path), "--wait")
    [change] = history(contact)
    assert change[:4] == ("city", "Oslo", "Rome", "file")


def test_the_shell(contact):
    contact.city = "Rome"
    contact.save()
    assert history(contact) == [("city", "Oslo", "Rome", "database", None)]


def test_a_query_set(contact):
    Contact.objects.update(city="Rome")
    assert history(contact) == [("city", "Oslo", "Rome", "database", None)]


def test_sql_from_outside_django(contact):
    settings = database.settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or 5432,
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
    ) as outside:
        outside.execute("UPDATE contacts_contact SET city = 'Rome' WHERE id = %s", [contact.pk])
    assert history(contact) == [("city", "Oslo", "Rome", "database", None)]


def test_a_resource_of_import_export(contact):
    class Plain(ModelResource):
        class Meta:
            model = Contact
            fields = ("id", "city")

    Plain().import_data(Dataset((contact.pk, "Rome"), headers=["id", "city"]), raise_errors=True)
    assert history(contact) == [("city", "Oslo", "Rome", "database", None)]


@pytest.mark.usefixtures("connection")
class TestFromSalesforce:
    @pytest.fixture
    def held(self) -> Contact:
        imported("contacts")
        return Contact.objects.filter(city__isnull=False).first()

    def test_an_import(self, held):
        there = held.city
        SalesforceRecord.objects.filter(contact_id=held.pk).update(system_modstamp="2000-01-01T00:00:00Z")
        Contact.objects.filter(pk=held.pk).update(city="Here")
        run = imported("contacts")
        assert history(held)[0] == ("city", "Here", there, "import", run.pk)
        assert len(history(held)) == 2

    def test_a_back_fill_and_its_undo(self, held):
        there = held.city
        Contact.objects.filter(pk=held.pk).update(city="Here")
        mapping = FieldMapping.objects.get(property__kind="contact", property__name="city")
        fill = worked(backfill.start(mapping=mapping, detach=False))
        assert history(held)[0] == ("city", "Here", there, "backfill", fill.pk)
        back = worked(undo.start(run=fill, detach=False))
        assert history(held)[0] == ("city", there, "Here", "undo", back.pk)

    def test_the_first_values_carry_their_import(self, held):
        assert history(held) == []
        assert held.created_by_import is not None
