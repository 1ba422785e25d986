"""What must be true of the project as a whole."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

PROJECT = Path(__file__).resolve().parents[1]
CATALOGUES = sorted((PROJECT / "crmbridge" / "locale").glob("*/LC_MESSAGES/*.po"))
needs_gettext = pytest.mark.skipif(
    not shutil.which("msgfmt") and not os.environ.get("CI"), reason="gettext is not installed"
)


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_the_system_checks_find_nothing() -> None:
    call_command("check", fail_level="WARNING", databases=["default"])


def test_every_setting_from_the_environment_is_explained() -> None:
    settings = (PROJECT / "crmbridge" / "settings.py").read_text(encoding="utf-8")
    used = set(re.findall(r"(?:env(?:\.\w+)?|_required)\(\s*\"([A-Z_]+)\"", settings))
    explained = set(re.findall(r"^#([A-Z_]+)=", (PROJECT / ".env.example").read_text(encoding="utf-8"), re.M))
    assert used == explained


@needs_gettext
@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_is_translated(catalogue: Path) -> None:
    for selection in ("--untranslated", "--only-fuzzy"):
        command = ["msgattrib", selection, "--no-obsolete", "--no-wrap", str(catalogue)]
        left = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert not re.findall(r'^msgid "(.+)"', left, re.M)


@needs_gettext
def test_every_text_of_the_code_is_in_the_catalogues(tmp_path: Path) -> None:
    """As `make messages` would find them, in a copy."""
    for name in ("crmbridge", "companies", "contacts", "integrations", "templates"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    shutil.copy(PROJECT / "manage.py", tmp_path)
    options = ["--all", "--no-obsolete", "--no-location"]
    environment = {
        **os.environ,
        "CRMBRIDGE_VAR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "crmbridge.settings",
    }
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", *options], check=True, cwd=tmp_path, env=environment
    )
    for catalogue in CATALOGUES:
        assert keys(tmp_path / catalogue.relative_to(PROJECT)) == keys(catalogue)


def keys(catalogue: Path) -> list[str]:
    """The texts of a catalogue, with their contexts."""
    command = ["msgcat", "--no-wrap", "--sort-output", str(catalogue)]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return re.findall(r"^(msgctxt .*|msgid .*|msgid_plural .*)$", found, re.M)


@needs_gettext
@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_is_up_to_date(catalogue: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", str(fresh), str(catalogue)], check=True)
    assert texts(fresh) == texts(catalogue.with_suffix(".mo"))


def texts(compiled: Path) -> dict[object, str]:
    with compiled.open("rb") as file:
        return vars(gettext.GNUTranslations(file))["_catalog"]
