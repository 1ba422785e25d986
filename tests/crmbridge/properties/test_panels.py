"""The history of a record in the reader's words."""

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import override

from companies.models import Company
from contacts.models import Contact
from crmbridge.properties.history import change_source
from crmbridge.properties.models import PropertyChange
from crmbridge.properties.panels import events

pytestmark = pytest.mark.django_db(transaction=True)


def history(contact: Contact):
    changes = list(PropertyChange.objects.of("contact", contact.pk))
    return list(events(changes, labels={"city": "City", "job_title": "Job title"}))


def test_what_one_form_changed_is_one_event_with_the_persons_name():
    mika = User.objects.create_user("mika", first_name="Mika", last_name="Sato")
    amy = Contact.objects.create(last_name="Diaz")
    with change_source("user", actor_id=mika.pk):
        Contact.objects.filter(pk=amy.pk).update(city="Kyoto", job_title="Auditor")
    (event,) = history(amy)
    assert event.by == "Mika Sato"
    assert sorted((change.label, change.old, change.new) for change in event.changes) == [
        ("City", None, "Kyoto"),
        ("Job title", None, "Auditor"),
    ]


def test_an_import_and_a_person_are_two_events_newest_first():
    amy = Contact.objects.create(last_name="Diaz")
    with change_source("import", source_id=12):
        Contact.objects.filter(pk=amy.pk).update(city="Kyoto")
    with change_source("user"):
        Contact.objects.filter(pk=amy.pk).update(city="Osaka")
    newest, oldest = history(amy)
    assert (newest.import_id, oldest.import_id) == (None, 12)


def test_a_change_of_company_names_both_companies(admin_client):
    acme, globex = Company.objects.create(name="Acme"), Company.objects.create(name="Globex")
    amy = Contact.objects.create(last_name="Diaz", company=acme)
    with change_source("import", source_id=12):
        Contact.objects.filter(pk=amy.pk).update(company=globex)
    page = admin_client.get(f"/contacts/contact/{amy.pk}/change/").content.decode()
    assert "<del>Acme</del> → <ins>Globex</ins>" in page


def test_a_source_is_named_in_the_readers_language():
    amy = Contact.objects.create(last_name="Diaz")
    with transaction.atomic(), change_source("command"):
        Contact.objects.filter(pk=amy.pk).update(city="Kyoto")
    with override("ja"):
        assert history(amy)[0].source == "コマンド"
