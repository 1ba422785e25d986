"""python -m tests.bench [--contacts N] [--accounts N]: what `make bench` runs."""

import argparse
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.test.utils import get_runner  # noqa: F401 (loads the test database support)


def main() -> None:
    """Prints the stages, records a second and the ratio to the floor."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--accounts", type=int, default=12_500)
    options = parser.parse_args()
    django.setup()
    settings.SALESFORCE_ALLOW_LOOPBACK = True
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with TemporaryDirectory() as folder:
            settings.IMPORT_FOLDER = Path(folder)
            _measure(options)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _measure(options: argparse.Namespace) -> None:
    from integrations.sandbox import DemoOrg
    from integrations.services import connect, sync_settings
    from tests.bench import floor

    with DemoOrg(contacts=options.contacts, accounts=options.accounts, leads=0, campaigns=0, seed=7) as org:
        salesforce = connect.with_client_credentials(
            login_url=org.url, client_id=org.client_id, client_secret=org.client_secret
        )
        sync_settings.update(connection=salesforce, account_sync=True)
        floor.run(
            org=salesforce, rows=options.contacts, folder=settings.IMPORT_FOLDER
        )  # the org renders its results once
        lowest = floor.run(org=salesforce, rows=options.contacts, folder=settings.IMPORT_FOLDER)
        first = _import(salesforce, "contacts")
        again = _import(salesforce, "contacts")
        accounts = _import(salesforce, "accounts")
    total = sum(lowest.values())
    shown = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in lowest.items())
    print(f"floor                 {total:6.2f} s  ({shown})")
    for title, (seconds, run) in (
        ("first import", first),
        ("unchanged import", again),
        ("accounts", accounts),
    ):
        rows = sum(phase.read for phase in run.phases.filter(kind="records"))
        ratio = f"{seconds / total:5.2f} × floor" if title != "accounts" else ""
        speed = f"{rows / seconds:9,.0f} records/s"
        print(f"{title:<21} {seconds:6.2f} s  {speed}  {run.api_calls_used:3} API calls  {ratio}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory           {peak:6.0f} MB (this process, the demo org included)")


def _import(salesforce: Any, group: str) -> tuple[float, Any]:
    from integrations.services import imports
    from integrations.services.plans import plan_import
    from integrations.services.slices import run_slice

    run = imports.start(plan=plan_import(connection=salesforce, record_group=group), detach=False)
    started = time.perf_counter()
    while run_slice(run_id=run.pk):
        pass
    seconds = time.perf_counter() - started
    run.refresh_from_db()
    assert run.state == "finished", run.error_message + run.traceback
    return seconds, run


main()
