"""The page before an undo."""

import pytest
from django.contrib.auth.models import Group, User

from contacts.models import Contact
from integrations.models import ImportRun, RunKind
from tests.integrations.services.connected import worked
from tests.integrations.services.test_files import csv_of, import_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> ImportRun:
    Contact.objects.create(email="amy@example.com", city="Oslo")
    return import_file(csv_of(["Email", "City"], ["amy@example.com", "Rome"], ["bob@example.com", "Bern"]))


def url(run: ImportRun) -> str:
    return f"/integrations/importrun/{run.pk}/undo/"


def test_it_says_what_will_be_touched_and_by_a_click_it_is(admin_client, run):
    status = admin_client.get(f"/integrations/importrun/{run.pk}/").content.decode()
    assert url(run) in status
    page = admin_client.get(url(run)).content.decode()
    assert "1 contact that it created is removed." in page
    assert "Values of 1 contact go back to what they were." in page
    assert "Rome" in page and "Oslo" in page
    assert Contact.objects.count() == 2

    response = admin_client.post(url(run))

    undo = ImportRun.objects.get(kind=RunKind.UNDO)
    assert response["Location"] == f"/integrations/importrun/{undo.pk}/"
    worked(undo)
    assert list(Contact.objects.values_list("email", "city")) == [("amy@example.com", "Oslo")]
    page = admin_client.get(response["Location"]).content.decode()
    assert f"Undo of import {run.pk}" in page
    assert "removed <b>1</b>" in page
    again = admin_client.get(f"/integrations/importrun/{run.pk}/").content.decode()
    assert f"import {undo.pk}</a>" in again
    assert url(run) not in again


def test_what_stays_is_told_with_the_reason(admin_client, run):
    Contact.objects.filter(email="bob@example.com").update(city="Changed")
    page = admin_client.get(url(run)).content.decode()
    assert "What stays as it is" in page
    assert "Changed later" in page


def test_one_that_was_undone_leads_back_with_a_sentence(admin_client, run):
    admin_client.post(url(run))
    response = admin_client.get(url(run), follow=True)
    assert "was undone by import" in response.content.decode()


def test_a_marketer_undoes_imports_of_files_and_a_viewer_none(client, run):
    for name, status in (("Viewer", 403), ("Marketer", 200)):
        user = User.objects.create_user(name, is_staff=True)
        user.groups.add(Group.objects.get(name=name))
        client.force_login(user)
        assert client.get(url(run)).status_code == status
