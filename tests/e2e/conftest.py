"""Commands called for real, in this process: what they print and how they end."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

Command = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def import_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.IMPORT_FOLDER = tmp_path / "imports"
    return tmp_path / "imports"


@pytest.fixture
def command() -> Command:
    """command("sf_import", "contacts", "--wait") is the JSON object of the last line."""

    def command(*words: str) -> dict[str, Any]:
        out = StringIO()
        call_command(*words, "--json", stdout=out)
        return dict(json.loads(out.getvalue().splitlines()[-1]))

    return command
