"""Values that break careless programs survive to the letter, over REST and by bulk job."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from companies.models import Company
from contacts.models import Contact
from integrations.models import SalesforceRecord
from integrations.sandbox import DemoOrg
from tests.integrations.services.connected import connect_to, imported

# Forty nasty values come around every 23 records each.
SIZES = {"contacts": 1_100, "accounts": 950, "leads": 950}
CONTACT = {
    "first_name": "FirstName",
    "last_name": "LastName",
    "salutation": "Salutation",
    "job_title": "Title",
    "description": "Description",
    "phone": "Phone",
    "department": "Department",
    "address": "MailingStreet",
    "city": "MailingCity",
    "postal_code": "MailingPostalCode",
}
LEAD = {
    "first_name": "FirstName",
    "last_name": "LastName",
    "job_title": "Title",
    "description": "Description",
    "company_name": "Company",
    "address": "Street",
    "postal_code": "PostalCode",
}
COMPANY = {
    "name": "Name",
    "website": "Website",
    "phone": "Phone",
    "description": "Description",
    "account_number": "AccountNumber",
    "site": "Site",
    "postal_code": "BillingPostalCode",
    "address": "BillingStreet",
}


@pytest.fixture(scope="module")
def org() -> Iterator[DemoOrg]:
    with DemoOrg(**SIZES, campaigns=1) as org:
        yield org


@pytest.fixture(params=["rest", "bulk"])
def way(request: pytest.FixtureRequest, settings: Settings) -> str:
    settings.IMPORT_BULK_ABOVE = 0 if request.param == "bulk" else 100_000
    return str(request.param)


def test_the_org_holds_the_values_that_matter(org: DemoOrg) -> None:
    texts = {
        text for row in org.sql("SELECT LastName, MailingPostalCode, Title FROM Contact") for text in row
    }
    assert {"NA", "None", "NULL", "null", "#N/A", "01234", "00501", "false", "1e5"} <= texts
    descriptions = [text or "" for (text,) in org.sql("SELECT Description FROM Contact")]
    for piece in ("\0", "\r\n", "😀", '"', ";", "\\N", "\u200f"):
        assert any(piece in text for text in descriptions), piece


@pytest.mark.usefixtures("way", "transactional_db")
@pytest.mark.parametrize(
    ("group", "sobject", "model", "names"),
    [
        ("contacts", "Contact", Contact, CONTACT),
        ("leads", "Lead", Contact, LEAD),
        ("accounts", "Account", Company, COMPANY),
    ],
    ids=["contacts", "leads", "accounts"],
)
def test_every_row_here_is_the_row_in_the_org(
    org: DemoOrg, group: str, sobject: str, model: type[Any], names: dict[str, str]
) -> None:
    connect_to(org)
    assert imported(group).state == "finished"
    found = here(sobject, model, names)
    assert len(found) > 300
    assert found == there(org, sobject, names)
    assert_mirrored(org, sobject)


def here(sobject: str, model: type[Any], names: dict[str, str]) -> set[tuple[Any, ...]]:
    """Salesforce ID and values of the records that an object's rows became."""
    key = "company_id" if sobject == "Account" else "contact_id"
    links = SalesforceRecord.objects.filter(sobject=sobject, link_state="linked")
    ids = dict(links.values_list(key, "salesforce_id"))
    found = model.objects.filter(pk__in=ids).values_list("pk", *names)
    return {(ids[pk], *(value or None for value in values)) for pk, *values in found}


def there(org: DemoOrg, sobject: str, names: dict[str, str]) -> set[tuple[Any, ...]]:
    """The same of the org's own rows, for those linked here; NUL cannot be stored and is left out."""
    linked = set(
        SalesforceRecord.objects.filter(sobject=sobject, link_state="linked").values_list(
            "salesforce_id", flat=True
        )
    )
    columns = ", ".join(f'"{name}"' for name in names.values())
    found = org.sql(f'SELECT Id, {columns} FROM "{sobject}"')
    return {tuple(_kept(value) for value in row) for row in found if row[0] in linked}


def _kept(value: Any) -> Any:
    return (value.replace("\0", "") or None) if isinstance(value, str) else value


def assert_mirrored(org: DemoOrg, sobject: str) -> None:
    """Every field of every record that was read is in the mirror as the org holds it."""
    fields = org.schema.objects[sobject].fields
    # A compound field is not read: its parts are.
    names = [name for name in fields if fields[name].type not in ("address", "location", "base64")]
    mirror = dict(SalesforceRecord.objects.values_list("salesforce_id", "fields"))
    columns = ", ".join(f'"{name}"' for name in names)
    originals = {row[0]: row for row in org.sql(f'SELECT Id, {columns} FROM "{sobject}"')}
    assert len(mirror) > 300
    for salesforce_id, kept in mirror.items():
        original = dict(zip(names, originals[salesforce_id][1:], strict=True))
        wrong = {name for name in names if not _same(kept.get(name), original[name])}
        assert not wrong, salesforce_id


def _same(kept: str | None, original: Any) -> bool:
    if isinstance(original, str) and original != kept:
        original = original.replace("\0", "")
        if original[:4].isdecimal() and original[10:11] == "T":
            return kept is not None and datetime.fromisoformat(original) == datetime.fromisoformat(kept)
        return (kept or "") == original
    if isinstance(original, int | float):
        if kept in ("true", "false"):
            return bool(original) == (kept == "true")
        return kept is not None and Decimal(kept) == Decimal(repr(original))
    return (kept or None) == original
