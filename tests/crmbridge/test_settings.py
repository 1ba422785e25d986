"""The settings, loaded as a process loads them: from its environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "CRMBRIDGE_MODE": "production",
    "SECRET_KEY": "0123456789" * 6,
    "CREDENTIAL_KEYS": "one, two",
    "ALLOWED_HOSTS": "crm.example.com",
    "DATABASE_URL": "postgresql://crm:hunter2@db.example.com/crm",
}


def load(var: Path, show: str = "MODE", **environment: str) -> "subprocess.CompletedProcess[str]":
    """Prints one setting, as a process with exactly this environment sees it."""
    return subprocess.run(
        [sys.executable, "-c", f"from crmbridge import settings; print(settings.{show})"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "CRMBRIDGE_VAR": str(var), **environment},
        capture_output=True,
        text=True,
    )


def test_local_use_needs_no_configuration_and_starts_nothing(tmp_path: Path) -> None:
    assert load(tmp_path).stdout.strip() == "local"
    assert [path.name for path in tmp_path.iterdir()] == ["secrets"]


def test_local_use_answers_loopback_only(tmp_path: Path) -> None:
    assert load(tmp_path, "ALLOWED_HOSTS").stdout.strip() == "['localhost', '127.0.0.1', '[::1]']"


@pytest.mark.parametrize("name", ["SECRET_KEY", "CREDENTIAL_KEYS", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_does_not_start_half_configured(tmp_path: Path, name: str) -> None:
    done = load(tmp_path, **{key: value for key, value in PRODUCTION.items() if key != name})
    assert done.returncode == 1
    assert f"Set {name}" in done.stderr
    assert not list(tmp_path.iterdir())


def test_production_never_debugs(tmp_path: Path) -> None:
    assert load(tmp_path, "DEBUG", DEBUG="true", **PRODUCTION).stdout.strip() == "False"


def test_keys_are_separated_by_commas(tmp_path: Path) -> None:
    assert load(tmp_path, "CREDENTIAL_KEYS", **PRODUCTION).stdout.strip() == "['one', 'two']"


def test_an_unknown_mode_is_refused(tmp_path: Path) -> None:
    assert "CRMBRIDGE_MODE is local or production" in load(tmp_path, CRMBRIDGE_MODE="prod").stderr


def test_another_database_than_postgresql_is_refused_without_its_password(tmp_path: Path) -> None:
    done = load(tmp_path, DATABASE_URL="mysql://crm:hunter2@db.example.com/crm")
    assert "must start with postgresql://" in done.stderr
    assert "hunter2" not in done.stderr


def test_a_named_server_is_used_with_a_limit_on_connecting(tmp_path: Path) -> None:
    database = load(tmp_path, "DATABASES['default']", **PRODUCTION).stdout
    assert "'HOST': 'db.example.com'" in database
    assert "'connect_timeout': 10" in database
    assert "EMBEDDED_FOLDER" not in database
