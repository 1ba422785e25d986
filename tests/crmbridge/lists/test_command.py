"""manage.py lists"""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from contacts.models import Contact
from crmbridge.lists.models import List

pytestmark = pytest.mark.django_db

JAPAN = {
    "name": "Japan",
    "records": "contact",
    "type": "active",
    "folder": "Spring",
    "filters": {
        "groups": [
            [
                {"about": "contact", "property": "country", "operator": "is", "values": ["Japan"]},
                {
                    "about": "company",
                    "property": "industry",
                    "operator": "none_of",
                    "values": ["x"],
                    "with_blank": True,
                },
            ]
        ]
    },
}


@pytest.fixture
def lists(capsys):
    def run(*words: Any) -> str:
        call_command("lists", *map(str, words))
        return capsys.readouterr().out

    return run


@pytest.fixture
def japan(lists, tmp_path) -> List:
    Contact.objects.create(last_name="Aoki", email="aoki@example.com", country="Japan")
    (tmp_path / "list.json").write_text(json.dumps(JAPAN))
    lists("create", tmp_path / "list.json")
    return List.objects.get()


def test_json_makes_a_list_and_the_list_makes_the_same_json(lists, japan, tmp_path):
    shown = lists("show", "Japan", "--json")
    assert json.loads(shown) == json.loads(lists("--json", "show", "Japan")) == JAPAN
    (tmp_path / "again.json").write_text(shown)
    lists("change", japan.pk, tmp_path / "again.json")
    assert json.loads(lists("--json", "show", japan.pk)) == JAPAN


def test_a_list_is_shown_with_its_sentence(lists, japan):
    assert "Contacts where Country is “Japan”, and" in lists("show", "Japan")
    names, row = lists("list").splitlines()
    assert names.split() == ["Number", "Name", "Records", "Type", "Size", "Folder"]
    assert row.split() == [str(japan.pk), "Japan", "contact", "active", "Spring"]


def test_members_are_counted_shown_and_exported(lists, japan, tmp_path):
    assert lists("count", "Japan").strip() == "1"
    assert "aoki@example.com" in lists("members", "Japan")
    assert "aoki@example.com" in lists("export", "Japan", "-")
    for name in ("people.csv", "people.xlsx"):
        lists("export", "Japan", tmp_path / name)
    assert "aoki@example.com" in (tmp_path / "people.csv").read_text(encoding="utf-8")
    (_names, values) = load_workbook(tmp_path / "people.xlsx").active.values
    assert "aoki@example.com" in values
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.json", "people.csv", "people.xlsx"]
    assert lists("refresh").splitlines()[1].split() == [str(japan.pk), "Japan", "1"]


def test_static_lists_are_filled_from_the_terminal(lists, japan, tmp_path):
    (tmp_path / "static.json").write_text(json.dumps({"name": "Fair", "type": "static"}))
    lists("create", tmp_path / "static.json")
    told = lists("add", "Fair", "aoki@example.com", "nobody@example.com")
    assert "1 added, 0 were on the list already." in told
    assert "Nobody was found by these: nobody@example.com" in told
    number = Contact.objects.get().pk
    assert lists("remove", "Fair", number).strip() == "1 record taken off the list."
    lists("static", "Japan")
    assert List.objects.get(name="Japan").size == 1
    lists("copy", "Japan")
    lists("archive", "Japan")
    assert "Japan" in lists("list", "--archived")
    lists("restore", "Japan")
    assert "Japan (copy)" in lists("list")


def test_a_list_is_removed_only_when_that_is_meant_and_no_other_needs_it(lists, japan, tmp_path):
    with pytest.raises(CommandError, match="Repeat it with --yes"):
        lists("delete", "Japan")
    (tmp_path / "user.json").write_text(
        json.dumps(
            {
                "name": "User",
                "filters": {"groups": [[{"about": "list", "operator": "member", "values": [str(japan.pk)]}]]},
            }
        )
    )
    lists("create", tmp_path / "user.json")
    with pytest.raises(CommandError, match="used by “User”"):
        lists("delete", "Japan", "--yes")
    lists("delete", "User", "--yes")
    lists("delete", "Japan", "--yes")
    assert not List.objects.exists()
    assert Contact.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("{", "This is no JSON"),
        ("[]", "A list as JSON has"),
        ('{"name": "x", "colour": 1}', "A list as JSON has"),
        ('{"name": null}', "“name” of a list is a text"),
        ('{"name": "", "type": "static"}', "blank"),
        ('{"name": "x", "records": "deal"}', "contact or company"),
        ('{"name": "x"}', "no filters yet"),
        ('{"name": "x", "filters": {"groups": [[{"about": "moon"}]]}}', "“about” of a filter"),
        ('{"name": "x", "filters": {"groups": [[{"about": "contact", "with_blank": 1}]]}}', "true or false"),
        (
            '{"name": "x", "filters": {"groups": [[{"about": "contact", "property": "nope"}]]}}',
            "“nope” no longer exists",
        ),
        ('{"name": "x", "filters": {"groups": [{}]}}', "JSON array"),
    ],
)
def test_what_cannot_be_a_list_is_refused_in_a_sentence(lists, tmp_path: Path, data, sentence):
    (tmp_path / "list.json").write_text(data)
    with pytest.raises(CommandError, match=sentence):
        lists("create", tmp_path / "list.json")
    assert not List.objects.exists()


def test_a_list_that_is_not_there_or_named_twice_is_told(lists):
    with pytest.raises(CommandError, match="There is no list “Nobody”"):
        lists("show", "Nobody")
    for _n in range(2):
        List.objects.create(name="Twin")
    with pytest.raises(CommandError, match="Give the number"):
        lists("show", "Twin")
