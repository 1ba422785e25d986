"""/healthz and /readyz."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.urls("crmbridge.health")


def test_healthz_answers_without_the_database(client: Client) -> None:
    """Outside a database test every query is an error."""
    response = client.get("/healthz")
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_ready_when_the_database_is_there_and_migrated(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_waits_for_migrations(client: Client) -> None:
    MigrationRecorder.Migration.objects.using(connection.alias).filter(app="integrations").delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "migrations": "missing"}


def test_readyz_says_that_the_database_is_gone_and_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_recorder: MigrationRecorder) -> None:
        raise OperationalError("connection to db.internal failed for user crm")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "unreachable"}


def test_probes_are_not_sent_to_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
    assert client.get("/healthz").status_code == 200


def test_probes_are_only_read(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
