"""The docs say what is."""

import re
from pathlib import Path

import pytest

from tests.docs import field_types
from tests.docs.commands import PROJECT, reference

PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]


def test_every_command_stands_in_the_reference_as_its_help_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    assert (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8") == reference()


def test_the_table_of_field_types_says_what_the_code_says() -> None:
    page = (PROJECT / "docs" / "field-types.md").read_text(encoding="utf-8")
    assert page == field_types.reference()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
