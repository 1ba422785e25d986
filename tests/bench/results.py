"""Result files of the org: what the floor and the script read, and how they are made ready for an import.

What Salesforce takes to prepare a result is no part of any measurement: it is prepared, and compressed, before.
"""

from pathlib import Path

from django.conf import settings

from integrations.models import ImportRun, PhaseKind, SalesforceConnection
from integrations.salesforce.page import Page
from integrations.salesforce.records import pages
from integrations.services import queries, schema, sessions


def download(org: SalesforceConnection, *, sobject: str, folder: Path) -> list[Page]:
    """All records of the object with all fields, as an import reads them."""
    fields = schema.readable_fields(connection=org, sobject=sobject)
    return _download(org, soql=f"SELECT {', '.join(fields)} FROM {sobject}", folder=folder)


def remove(downloaded: list[Page]) -> None:
    """Removes the files."""
    for page in downloaded:
        page.path.unlink()


def prepare(run: ImportRun, *, folder: Path) -> None:
    """Lets the org prepare the very results that the import will ask for."""
    for phase in run.phases.filter(kind=PhaseKind.RECORDS):
        fields = schema.readable_fields(connection=run.connection, sobject=phase.sobject)
        soql = queries.select(run=run, phase=phase, fields=fields)
        remove(_download(run.connection, soql=soql, folder=folder))


def _download(org: SalesforceConnection, *, soql: str, folder: Path) -> list[Page]:
    with sessions.open_session(org) as session:
        return list(
            pages(
                session,
                soql=soql,
                expected_rows=settings.IMPORT_BULK_ABOVE + 1,
                folder=folder,
                bulk_above=settings.IMPORT_BULK_ABOVE,
                page_rows=settings.IMPORT_PAGE_ROWS,
            )
        )
