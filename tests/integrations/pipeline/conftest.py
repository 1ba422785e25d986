"""Pages written by hand, imported into a real database."""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from integrations.models import ImportPhase, ImportRun, RecordGroup, SalesforceConnection
from integrations.pipeline.outcome import Outcome
from integrations.pipeline.page import companies, import_page, people
from integrations.pipeline.plan import PagePlan
from integrations.salesforce.page import Page
from integrations.services.mappings import create_defaults, mapped_fields

STAMP = "2026-01-01T00:00:00.000Z"
FIELDS = {
    "Contact": ["Id", "FirstName", "LastName", "Email", "Phone", "Title", "Birthdate", "AccountId", "MailingPostalCode",
                "Description", "CreatedDate", "SystemModstamp", "IsDeleted", "MasterRecordId"],
    "Lead": ["Id", "FirstName", "LastName", "Email", "Phone", "Title", "Company", "AnnualRevenue", "IsConverted",
             "ConvertedContactId", "CreatedDate", "SystemModstamp", "IsDeleted", "MasterRecordId"],
    "Account": ["Id", "Name", "Website", "ParentId", "NumberOfEmployees", "CreatedDate", "SystemModstamp", "IsDeleted",
                "MasterRecordId"],
}


@pytest.fixture
def connection(transactional_db: None) -> SalesforceConnection:
    connection = SalesforceConnection.objects.create(org_id="00D000000000001EAA", org_name="Test org", flow="web")
    create_defaults(connection=connection, readable={item: set(names) for item, names in FIELDS.items()})
    return connection


@pytest.fixture
def run(connection: SalesforceConnection) -> ImportRun:
    return ImportRun.objects.create(connection=connection, record_group=RecordGroup.LEADS_AND_CONTACTS)


Import = Callable[..., Outcome]


@pytest.fixture
def take_in(connection: SalesforceConnection, run: ImportRun, tmp_path: Path) -> Iterator[Import]:
    """take_in("Contact", {"Id": …}, …) imports one page and returns its outcome."""

    def take_in(sobject: str, *rows: Mapping[str, Any], fields: list[str] | None = None, **options: Any) -> Outcome:
        columns = fields or FIELDS[sobject]
        path = tmp_path / "page.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writerow(columns)
            defaults = {"SystemModstamp": STAMP, "CreatedDate": STAMP, "IsDeleted": "false"}
            writer.writerows([{**defaults, **row}.get(name, "") for name in columns] for row in rows)
        phase = ImportPhase.objects.create(run=run, order=run.phases.count(), sobject=sobject)
        plan = PagePlan(
            connection_id=connection.pk,
            run_id=run.pk,
            phase_id=phase.pk,
            sobject=sobject,
            mapped=mapped_fields(connection=connection, sobject=sobject),
            **options,
        )
        page = Page(path=path, columns=tuple(columns), rows=len(rows), cursor={"way": "test"}, last=True, bytes=1)
        return import_page(plan, page=page, steps=companies if sobject == "Account" else people)

    yield take_in


