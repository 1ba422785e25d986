"""The system checks, each on the mistake that it is for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

from crmbridge import local_secrets
from crmbridge.postgres_backend.base import DatabaseFeatures, DatabaseWrapper

PROJECT = Path(__file__).resolve().parents[2]


def found(*, deploy: bool = False, databases: list[str] | None = None) -> dict[str | None, CheckMessage]:
    messages = run_checks(include_deployment_checks=deploy, databases=databases)
    return {message.id: message for message in messages if str(message.id).startswith("crmbridge.")}


def test_the_settings_as_they_are_pass() -> None:
    assert not found()


@pytest.mark.parametrize("retry", [300, 60])
def test_a_retry_that_is_not_above_the_timeout_is_found(settings: Settings, retry: int) -> None:
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "timeout": 300, "retry": retry}
    assert "timeout (300)" in found()["crmbridge.E001"].msg


def test_a_bad_credential_key_is_named_by_its_place_only(settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode(), "hunter2"]
    message = found()["crmbridge.E002"]
    assert "place 2" in message.msg
    assert "hunter2" not in str(message)


def test_missing_credential_keys_are_found(settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = []
    assert "crmbridge.E002" in found()


@pytest.mark.django_db
def test_an_old_postgresql_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not found(databases=["default"])

    monkeypatch.setattr(DatabaseFeatures, "minimum_database_version", (99,))
    monkeypatch.setattr(
        DatabaseWrapper, "ensure_connection", DatabaseWrapper.check_database_version_supported
    )
    assert "PostgreSQL 99 or later is required" in found(databases=["default"])["crmbridge.E004"].msg


def test_everything_that_is_right_only_locally_is_found_before_deployment(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    settings.SECRET_KEY = local_secrets.get(folder=tmp_path, name="SECRET_KEY")
    settings.CREDENTIAL_KEYS = [local_secrets.get(folder=tmp_path, name="CREDENTIAL_KEYS")]
    settings.ALLOWED_HOSTS = ["*"]
    monkeypatch.setitem(settings.DATABASES["default"], "EMBEDDED_FOLDER", tmp_path)
    settings.SALESFORCE_ALLOW_LOOPBACK = True
    assert set(found(deploy=True)) == {f"crmbridge.E01{number}" for number in range(6)}


def test_a_configured_production_passes_the_deployment_check(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "CRMBRIDGE_MODE": "production",
        "CRMBRIDGE_VAR": str(tmp_path),
        "SECRET_KEY": "k" * 25 + "0123456789" * 5,
        "CREDENTIAL_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "crm.example.com",
        "DATABASE_URL": "postgresql://crm@localhost/crm",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
