"""What an import leaves behind: exact accounts of its API calls, no file, no database connection."""

from pathlib import Path

import pytest
from django.db import connection as database

from integrations.models import ApiUsage, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import sessions
from integrations.services.progress import as_json

from .connected import imported


def backends() -> set[int]:
    """The server processes of the other connections to this database."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}


@pytest.mark.parametrize("group", ["leads-and-contacts", "accounts"])
def test_the_calls_counted_are_those_that_the_org_answered(
    connection: SalesforceConnection, org: DemoOrg, small_pages: None, group: str
) -> None:
    counted = sessions.calls_today(connection)
    before = org.api_calls
    run = imported(group)
    assert sessions.calls_today(connection) - counted == org.api_calls - before
    assert 0 < run.api_calls_used < org.api_calls - before  # the plan's calls are not the import's
    usage = ApiUsage.objects.latest("hour")
    assert (usage.org_used, usage.org_limit) == (org.api_calls, org.api_limit)


def test_the_estimate_of_a_small_import_is_exact(connection: SalesforceConnection) -> None:
    run = imported("leads-and-contacts")
    assert run.api_calls_used == run.api_calls_estimated


def test_no_database_connection_and_no_file_stays_behind(
    connection: SalesforceConnection, small_pages: None, org: DemoOrg, import_folder: Path
) -> None:
    before = backends()
    org.expire_tokens()
    imported("leads-and-contacts")
    assert backends() <= before
    assert list(import_folder.iterdir()) == []


def test_the_object_for_machines_has_just_these_keys(connection: SalesforceConnection) -> None:
    told = as_json(run=imported("contacts"))
    assert list(told) == [
        *("run", "state", "record_group", "read", "created", "updated", "unchanged", "failed", "skipped"),
        *("problems", "api_calls", "seconds", "records_per_second"),
    ]
