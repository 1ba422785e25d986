"""Pages written by hand, imported into a real database."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from crmbridge.properties.models import Property
from integrations.models import ImportPhase, ImportRun, RecordGroup, SalesforceConnection
from integrations.pipeline.outcome import Outcome
from integrations.pipeline.page import Steps, companies, import_page, nothing, people
from integrations.pipeline.plan import PagePlan
from integrations.salesforce.page import Page
from integrations.services.mappings import create_defaults, mapped_fields
from tests.integrations.pipeline.rows import stamp

FIELDS = {
    "Contact": [
        *(
            "Id",
            "FirstName",
            "LastName",
            "Email",
            "Phone",
            "Title",
            "Birthdate",
            "AccountId",
            "MailingPostalCode",
        ),
        *("Description", "CreatedDate", "SystemModstamp", "IsDeleted", "MasterRecordId"),
    ],
    "Lead": [
        *(
            "Id",
            "FirstName",
            "LastName",
            "Email",
            "Phone",
            "Title",
            "Company",
            "AnnualRevenue",
            "IsConverted",
        ),
        *("ConvertedContactId", "CreatedDate", "SystemModstamp", "IsDeleted", "MasterRecordId"),
    ],
    "Account": [
        *("Id", "Name", "Website", "ParentId", "NumberOfEmployees", "AnnualRevenue"),
        *("CreatedDate", "SystemModstamp", "IsDeleted", "MasterRecordId"),
    ],
    "CampaignMember": ["Id", "ContactId", "LeadId", "IsDeleted", "SystemModstamp"],
}
DEFAULTS = {"SystemModstamp": stamp(0), "CreatedDate": stamp(0), "IsDeleted": "false"}
STEPS = {"Account": companies, "Contact": people, "Lead": people}
Import = Callable[..., Outcome]


@pytest.fixture
def connection(transactional_db: None) -> SalesforceConnection:
    connection = SalesforceConnection.objects.create(
        org_id="00D000000000001EAA", org_name="Test org", flow="web"
    )
    create_defaults(connection=connection, readable={item: set(names) for item, names in FIELDS.items()})
    return connection


@pytest.fixture
def run(connection: SalesforceConnection) -> ImportRun:
    return ImportRun.objects.create(connection=connection, record_group=RecordGroup.LEADS_AND_CONTACTS)


@pytest.fixture
def take_in(connection: SalesforceConnection, run: ImportRun, tmp_path: Path) -> Import:
    """take_in("Contact", {"Id": …}, …) imports one page and returns its outcome."""
    this_run = run

    def take_in(
        sobject: str,
        *rows: Mapping[str, Any],
        fields: list[str] | None = None,
        promised: int | None = None,
        run: ImportRun | None = None,
        steps: Steps | None = None,
        before_merge: Callable[[], None] = nothing,
        before_commit: Callable[[], None] = nothing,
        **options: Any,
    ) -> Outcome:
        columns = fields or [*FIELDS[sobject], *{name for row in rows for name in row} - set(FIELDS[sobject])]
        path = tmp_path / "page.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writerow(columns)
            writer.writerows([{**DEFAULTS, **row}.get(name, "") for name in columns] for row in rows)
        held = run or this_run
        phase = ImportPhase.objects.create(run=held, order=held.phases.count(), sobject=sobject)
        plan = PagePlan(
            connection_id=connection.pk,
            run_id=held.pk,
            phase_id=phase.pk,
            sobject=sobject,
            mapped=mapped_fields(connection=connection, sobject=sobject) if sobject in STEPS else (),
            **options,
        )
        page = Page(
            path=path,
            columns=tuple(columns),
            rows=len(rows) if promised is None else promised,
            cursor={"way": "test"},
            last=True,
            bytes=path.stat().st_size,
        )
        return import_page(
            plan,
            page=page,
            steps=steps or STEPS[sobject],
            before_merge=before_merge,
            before_commit=before_commit,
        )

    return take_in


@pytest.fixture
def add_mapping(connection: SalesforceConnection) -> Callable[..., Any]:
    """add_mapping("shoe_size", "number", contact_field="Shoe__c") maps a new custom property."""

    def add_mapping(
        name: str, type: str, *, kind: str = "contact", max_length: int | None = None, **mapping: str
    ) -> Any:
        target = Property.objects.create(kind=kind, name=name, label=name, type=type, max_length=max_length)
        return connection.mappings.create(property=target, **mapping)

    return add_mapping


@pytest.fixture
def set_rule(connection: SalesforceConnection) -> Callable[[str, str], None]:
    """set_rule("phone", SyncRule.TWO_WAY) changes the rule of a contact property's mapping."""

    def set_rule(name: str, rule: str) -> None:
        assert (
            connection.mappings.filter(property__kind="contact", property__name=name).update(rule=rule) == 1
        )

    return set_rule
