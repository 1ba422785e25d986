"""An org, an import and a problem to show."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from integrations.models import (
    ImportPhase,
    ImportRun,
    PhaseState,
    Problem,
    ProblemOccurrence,
    RunState,
    SalesforceConnection,
    SignInFlow,
    SyncSettings,
    WorkerHeartbeat,
)


@pytest.fixture
def org(db) -> SalesforceConnection:
    return make_org(org_name="Acme Industries", username="integration@acme.example")


def make_org(**fields: Any) -> SalesforceConnection:
    """A connected org with its settings."""
    org = SalesforceConnection.objects.create(
        org_id="00D5f000000abcdEAA",
        flow=SignInFlow.JWT,
        login_url="https://acme.my.salesforce.com",
        instance_url="https://acme.my.salesforce.com",
        client_id="client",
        **fields,
    )
    SyncSettings.objects.create(connection=org)
    return org


@pytest.fixture
def run(org) -> ImportRun:
    """A running import that has read 61,000 of 100,000 contacts."""
    WorkerHeartbeat.beat()
    run = make_run(org, started_at=timezone.now(), seconds=4.0, **claimed())
    sums = {
        "read": 61_000,
        "created": 50_000,
        "updated": 8_000,
        "unchanged": 911,
        "skipped": 2_000,
        "failed": 89,
    }
    ImportPhase.objects.create(
        run=run, order=10, sobject="Contact", state=PhaseState.NOW, expected=100_000, seconds=4.0, **sums
    )
    return run


def claimed() -> dict[str, Any]:
    """What an import that a worker is on looks like."""
    until = timezone.now() + timedelta(minutes=1)
    return {"state": RunState.RUNNING, "lease": uuid4(), "lease_until": until}


def make_run(org: SalesforceConnection, **fields: Any) -> ImportRun:
    return ImportRun.objects.create(connection=org, **{"record_group": "contacts", **fields})


def make_problem(run: ImportRun, **fields: Any) -> Problem:
    """A duplicate that this import met."""
    given = {
        "category": "identity",
        "code": "duplicate_email",
        "sobject": "Contact",
        "salesforce_id": "0035f00000abcdeAAA",
        "other_id": "0035f00000winnrAAA",
    }
    problem = Problem.objects.create(connection=run.connection, **{**given, **fields})
    ProblemOccurrence.objects.create(run=run, problem=problem)
    return problem
