"""manage.py import_file"""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contacts.models import Contact
from integrations.models import ImportFile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("Email,Remarks\na@example.com,Kyoto\n,Nara\n")
    return path


def called(*args: Any) -> Any:
    out = StringIO()
    call_command("import_file", *args, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_it_imports(file):
    told = called(file, "--column", "Remarks=city", "--wait")
    assert (told["file"], told["created"], told["skipped"]) == ("people.csv", 1, {"file_no_identity": 1})
    assert Contact.objects.get().city == "Kyoto"


def test_a_plan_writes_nothing(file):
    assert called(file, "--plan") == {
        "columns": {"Email": "email", "Remarks": ""},
        "rows": 2,
        "here": 0,
        "without_key": 1,
        "repeated": 0,
    }
    assert not ImportFile.objects.exists()
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("column", "sentence"),
    [("Nothing=city", "The file has no column Nothing."), ("Remarks=colour", "There is no property colour.")],
)
def test_columns_that_are_not_there(file, column, sentence):
    with pytest.raises(CommandError, match=sentence):
        called(file, "--column", column, "--wait")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="The file cannot be read"):
        called(tmp_path / "none.csv", "--wait")


def test_two_columns_of_one_name(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Email,Note,Note\na@example.com,Kyoto,x\n")
    assert called(path, "--column", "Note=city", "--wait")["created"] == 1
    assert Contact.objects.get().city == "Kyoto"
