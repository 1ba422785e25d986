"""sf_undo and sf_import --dry-run in a terminal."""

import json

import pytest
from django.core.management import CommandError, call_command

from contacts.models import Contact
from tests.integrations.services.test_files import csv_of, import_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run():
    Contact.objects.create(email="amy@example.com", city="Oslo")
    return import_file(csv_of(["Email", "City"], ["amy@example.com", "Rome"], ["bob@example.com", "Bern"]))


def test_a_preview_says_what_it_would_touch(run, capsys):
    call_command("sf_undo", str(run.pk), "--preview", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["removed"]["contact"], told["restored"]["contact"]) == (1, 1)
    call_command("sf_undo", str(run.pk), "--preview")
    assert "removed: contact 1" in capsys.readouterr().out
    assert Contact.objects.count() == 2


def test_it_takes_back_and_its_sums_add_up(run, capsys):
    call_command("sf_undo", str(run.pk), "--wait")
    assert "read 2 = created 0 + updated 1" in (out := capsys.readouterr().out)
    assert "+ removed 1" in out
    assert list(Contact.objects.values_list("email", "city")) == [("amy@example.com", "Oslo")]


def test_a_second_time_is_refused_with_a_sentence(run):
    call_command("sf_undo", str(run.pk), "--wait")
    with pytest.raises(CommandError, match="was undone by import"):
        call_command("sf_undo", str(run.pk), "--wait")


def test_a_dry_run_in_the_terminal_says_what_would_happen_and_writes_nothing(connection, capsys):
    call_command("sf_import", "contacts", "--dry-run", "--wait", "--json")
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["dry_run"] is True
    assert told["created"] > 0
    assert not Contact.objects.exists()
