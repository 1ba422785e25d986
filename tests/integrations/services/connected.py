"""A connection to a demo org, and imports from it."""

from collections.abc import Sequence
from typing import Any

from companies.models import Company
from contacts.models import Contact
from integrations.models import ImportRun, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import connect, imports, progress, sync_settings
from integrations.services.plans import plan_import
from integrations.services.slices import run_slice

SUMS = ("read", "created", "updated", "unchanged", "skipped", "failed")


def connect_to(org: DemoOrg, *, account_sync: bool = True) -> SalesforceConnection:
    connection = connect.with_client_credentials(
        login_url=org.url, client_id=org.client_id, client_secret=org.client_secret
    )
    sync_settings.update(connection=connection, account_sync=account_sync)
    return SalesforceConnection.objects.select_related("settings").get(pk=connection.pk)


def started(group: str, **options: Any) -> ImportRun:
    """An import that nobody is on yet."""
    plan = plan_import(connection=connect.require_current(), record_group=group, **options)
    return imports.start(plan=plan, detach=False)


def worked(run: ImportRun, *, seconds: float = 60) -> ImportRun:
    """The import after as many slices as it takes until it stops."""
    while run_slice(run_id=run.pk, seconds=seconds):
        pass
    return ImportRun.objects.select_related("connection__settings").get(pk=run.pk)


def imported(group: str, **options: Any) -> ImportRun:
    return worked(started(group, **options))


def sums(run: ImportRun) -> dict[str, int]:
    status = progress.status(run=run)
    return {name: getattr(status, name) for name in SUMS}


def rows(model: type[Contact] | type[Company]) -> list[tuple[Any, ...]]:
    """What the table holds, apart from numbers and times that differ from one import to the next."""
    left_out = {"id", "created_by_import", "created_at", "updated_at", "company", "parent"}
    names: Sequence[str] = [field.name for field in model._meta.concrete_fields if field.name not in left_out]
    related = "company__name" if model is Contact else "parent__name"
    return sorted(model._default_manager.values_list(*names, related), key=repr)
