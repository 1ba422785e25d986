"""A client that we did not write, unmodified but for the scheme of its addresses."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from integrations.sandbox import DemoOrg

WAIT = 0.02


class PlainHttp(requests.Session):
    """Sends to the org what the client addresses to https and to Salesforce's login hosts."""

    def __init__(self, org: DemoOrg) -> None:
        super().__init__()
        self._org = org

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        host = self._org.url.removeprefix("http://")
        plain = url.replace(f"https://{host}", self._org.url).replace(
            "https://demo.salesforce.com", self._org.url
        )
        return super().request(method, plain, *args, **kwargs)


@pytest.fixture
def org() -> Iterator[DemoOrg]:
    with DemoOrg(contacts=2_100, accounts=20, leads=10, campaigns=1) as org:
        yield org


@pytest.fixture
def salesforce(org: DemoOrg) -> Any:
    return Salesforce(
        consumer_key=org.client_id, consumer_secret=org.client_secret, domain="demo", session=PlainHttp(org)
    )


def test_it_queries_page_by_page(org: DemoOrg, salesforce: Any) -> None:
    assert salesforce.query("SELECT COUNT() FROM Contact")["totalSize"] == org.count("Contact")
    found = list(salesforce.query_all_iter("SELECT Id, Account.Name FROM Contact", include_deleted=True))
    assert len({record["Id"] for record in found}) == 2_100
    assert salesforce.api_usage["api-usage"].total == 100_000


def test_it_describes_and_reads_limits(salesforce: Any) -> None:
    assert "Contact" in {sobject["name"] for sobject in salesforce.describe()["sobjects"]}
    assert salesforce.Contact.describe()["keyPrefix"] == "003"
    assert salesforce.Contact.metadata()["objectDescribe"]["name"] == "Contact"
    assert salesforce.limits()["DailyApiRequests"]["Max"] == 100_000
    assert salesforce.is_sandbox() is False


def test_it_writes_records(salesforce: Any) -> None:
    contact = salesforce.Contact
    record_id = contact.create({"LastName": "New"})["id"]
    assert contact.update(record_id, {"FirstName": "Very"}) == 204
    assert contact.get(record_id)["Name"] == "Very New"
    assert contact.upsert("External_Id__c/X-1", {"LastName": "Up"}) == 201
    assert contact.get_by_custom_id("External_Id__c", "X-1")["LastName"] == "Up"
    now = datetime.now(UTC)
    span = (now - timedelta(minutes=5), now + timedelta(minutes=5))
    assert record_id in contact.updated(*span)["ids"]
    assert contact.delete(record_id) == 204
    assert record_id in {record["id"] for record in contact.deleted(*span)["deletedRecords"]}
    with pytest.raises(SalesforceResourceNotFound):
        contact.get(record_id)
    with pytest.raises(SalesforceMalformedRequest):
        contact.create({"FirstName": "Nameless"})


def test_it_signs_in_again_when_its_session_expires(org: DemoOrg, salesforce: Any) -> None:
    org.expire_tokens()
    assert salesforce.query("SELECT COUNT() FROM Account")["totalSize"] > 0


def test_it_signs_in_with_a_password_over_soap(org: DemoOrg) -> None:
    salesforce = Salesforce(
        username=org.username, password=org.password, security_token=org.security_token,
        domain="demo", session=PlainHttp(org),
    )  # fmt: skip
    assert salesforce.query("SELECT COUNT() FROM Account")["totalSize"] > 0


def test_it_queries_and_downloads_in_bulk(salesforce: Any, tmp_path: Path) -> None:
    soql = "SELECT Id, Name, Description FROM Contact"
    pages = list(salesforce.bulk2.Contact.query_all(soql, max_records=1_000, wait=WAIT))
    rows = [row for page in pages for row in csv.DictReader(page.splitlines(keepends=True))]
    assert (len(pages), len(rows)) == (3, 2_100)
    files = salesforce.bulk2.Contact.download(soql, str(tmp_path), max_records=1_500, wait=WAIT)
    assert sum(page["number_of_records"] for page in files) == len(list(salesforce.query_all_iter(soql)))


def test_it_inserts_and_upserts_in_bulk(org: DemoOrg, salesforce: Any) -> None:
    bulk = salesforce.bulk2.Contact
    (inserted,) = bulk.insert(records=[{"LastName": "A"}, {"LastName": ""}], wait=WAIT)
    assert (inserted["numberRecordsProcessed"], inserted["numberRecordsFailed"]) == (2, 1)
    outcome = bulk.get_all_ingest_records(inserted["job_id"])
    assert len(outcome["successfulRecords"]) == len(outcome["failedRecords"]) == 1
    record = {"External_Id__c": "C-0000001", "LastName": "Changed"}
    (upserted,) = bulk.upsert(records=[record], external_id_field="External_Id__c", wait=WAIT)
    assert upserted["numberRecordsFailed"] == 0
    assert org.sql("SELECT LastName FROM Contact WHERE External_Id__c = 'C-0000001'") == [("Changed",)]
