"""One org of one size: the floor, the script, and every kind of import."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection

from integrations.models import ImportRun, PhaseKind, RunState, SalesforceConnection
from integrations.pipeline.statement import execute
from integrations.services import connect, imports, sync_settings
from integrations.services.plans import plan_import
from tests.bench import floor, results, script
from tests.bench.org import Org

CHANGED_PART = 100


@dataclass
class Line:
    """One line of the table; `memory` in MB, of the worker's process."""

    title: str
    sobject: str
    rows: int
    seconds: float
    calls: int | None = None
    memory: float | None = None
    stages: dict[str, float] = field(default_factory=dict)


def measure(org: Org, *, folder: Path, contacts: int, accounts: int) -> Iterator[Line]:
    """Every line for an org of this size; the database is empty before and after."""
    salesforce = connect.with_client_credentials(
        login_url=org.url, client_id=org.client_id, client_secret=org.client_secret
    )
    sync_settings.update(connection=salesforce, account_sync=True)
    for sobject, rows in (("Contact", contacts), ("Account", accounts)):
        yield _floor(salesforce, sobject=sobject, rows=rows, folder=folder)
        yield Line("script", sobject, rows, script.run(org=salesforce, sobject=sobject, folder=folder))
    yield from _both(salesforce, "first import", folder)
    yield from _both(salesforce, "nothing changed", folder)
    org.change(CHANGED_PART)
    yield from _both(salesforce, "1 % changed", folder)
    _empty()
    yield _import(salesforce, "first import, accounts first", "Account", folder)
    yield _import(salesforce, "first import, accounts first", "Contact", folder)
    _empty()
    ImportRun.objects.all().delete()
    salesforce.delete()


def _floor(salesforce: SalesforceConnection, *, sobject: str, rows: int, folder: Path) -> Line:
    """The better of two runs; the first also lets the org prepare its result."""
    runs = [floor.run(org=salesforce, sobject=sobject, folder=folder) for _ in range(3)][1:]
    best = min(runs, key=lambda stages: sum(stages.values()))
    return Line("floor", sobject, rows, sum(best.values()), stages=best)


def _both(salesforce: SalesforceConnection, title: str, folder: Path) -> Iterator[Line]:
    yield _import(salesforce, title, "Contact", folder)
    yield _import(salesforce, title, "Account", folder)


def _import(salesforce: SalesforceConnection, title: str, sobject: str, folder: Path) -> Line:
    group = {"Contact": "contacts", "Account": "accounts"}[sobject]
    run = imports.start(plan=plan_import(connection=salesforce, record_group=group), detach=False)
    results.prepare(run, folder=folder)
    told = _worked(run)
    run.refresh_from_db()
    if run.state != RunState.FINISHED:
        raise SystemExit(f"{title}: {run.error_code} {run.error_message}\n{run.traceback}")
    rows = sum(phase.read for phase in run.phases.filter(kind=PhaseKind.RECORDS))
    return Line(title, sobject, rows, calls=run.api_calls_used, **told)


def _worked(run: ImportRun) -> dict[str, object]:
    """What a worker of its own tells when the import has ended."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "BENCH_DATABASE": str(connection.settings_dict["NAME"]),
        "BENCH_FOLDER": str(settings.IMPORT_FOLDER),
    }
    words = [sys.executable, "-m", "tests.bench.worker", str(run.pk)]
    out = subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(json.loads(out.splitlines()[-1]))


def _empty() -> None:
    execute(
        """TRUNCATE contacts_contact, companies_company, integrations_salesforcerecord, integrations_problem,
                    properties_propertychange, lists_listmember CASCADE"""
    )
