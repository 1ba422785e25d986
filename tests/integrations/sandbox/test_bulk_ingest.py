"""Bulk API 2.0 writes."""

import csv
import io
from typing import Any

import pytest

from integrations.sandbox import DemoOrg
from tests.integrations.sandbox.conftest import Api, error
from tests.integrations.sandbox.waiting import until


def run(api: Api, operation: str, text: str, **options: Any) -> dict[str, Any]:
    """The finished job of a CSV text on contacts."""
    body = {"operation": operation, "object": "Contact", "contentType": "CSV"} | options
    job = api.call("POST", "/jobs/ingest", json=body).json()
    assert job["state"] == "Open"
    uploaded = api.call(
        "PUT", f"/{job['contentUrl']}", data=text.encode(), headers={"Content-Type": "text/csv"}
    )
    assert uploaded.status_code == 201
    path = f"/jobs/ingest/{job['id']}"
    assert api.call("PATCH", path, json={"state": "UploadComplete"}).json()["state"] != "Open"
    until(lambda: api.get(path).json()["state"] in ("JobComplete", "Failed"))
    return dict(api.get(path).json())


def rows(api: Api, job: dict[str, Any], kind: str) -> list[dict[str, str]]:
    text = api.get(f"/jobs/ingest/{job['id']}/{kind}").content.decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_good_rows_go_in_and_bad_rows_say_why(org: DemoOrg, own: Api) -> None:
    job = run(own, "insert", 'LastName,Email\n"Ober, Karl",karl@x.example\n,nobody@x.example\nBad,bad\n')
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (3, 2)
    (good,) = rows(own, job, "successfulResults")
    assert (good["sf__Created"], good["LastName"]) == ("true", "Ober, Karl")
    assert org.sql("SELECT Email FROM Contact WHERE Id = ?", good["sf__Id"]) == [("karl@x.example",)]
    missing, invalid = rows(own, job, "failedResults")
    assert (
        missing["sf__Error"] == "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"
    )
    assert invalid["sf__Error"].startswith("INVALID_EMAIL_ADDRESS:")
    assert rows(own, job, "unprocessedRecords") == []


def test_an_empty_value_leaves_a_field_and_the_null_word_clears_it(org: DemoOrg, own: Api) -> None:
    record_id = org.insert("Contact", LastName="Last", FirstName="First", Title="Boss")
    run(own, "update", f"Id,FirstName,Title\n{record_id},,#N/A\n")
    assert org.sql("SELECT FirstName, Title FROM Contact WHERE Id = ?", record_id) == [("First", None)]


def test_an_upsert_updates_the_known_and_creates_the_rest(org: DemoOrg, own: Api) -> None:
    known = org.insert("Contact", LastName="Known", External_Id__c="K-1")
    text = "External_Id__c;LastName\r\nk-1;Changed\r\nK-2;New\r\n"
    options = {"externalIdFieldName": "External_Id__c", "columnDelimiter": "SEMICOLON", "lineEnding": "CRLF"}
    job = run(own, "upsert", text, **options)
    answer = own.get(f"/jobs/ingest/{job['id']}/successfulResults").content.decode()
    first, second = list(csv.DictReader(io.StringIO(answer, newline=""), delimiter=";"))
    assert (first["sf__Id"], first["sf__Created"], second["sf__Created"]) == (known, "false", "true")
    assert org.sql("SELECT LastName FROM Contact WHERE Id = ?", known) == [("Changed",)]


def test_a_delete_goes_to_the_bin_and_a_hard_delete_beyond(org: DemoOrg, own: Api) -> None:
    soft, hard = org.insert("Contact", LastName="Soft"), org.insert("Contact", LastName="Hard")
    run(own, "delete", f"Id\n{soft}\n")
    run(own, "hardDelete", f"Id\n{hard}\n")
    assert org.sql("SELECT Id, IsDeleted FROM Contact WHERE Id IN (?, ?)", soft, hard) == [(soft, 1)]


def test_an_unknown_column_fails_the_whole_job(own: Api) -> None:
    job = run(own, "insert", "LastName,Nope\nA,B\n")
    assert (job["state"], job["numberRecordsProcessed"]) == ("Failed", 0)
    assert job["errorMessage"] == "InvalidBatch : Field name not found : Nope"
    assert rows(own, job, "unprocessedrecords") == [{"LastName": "A", "Nope": "B"}]


@pytest.mark.parametrize(
    "options",
    [
        {"object": "Nothing", "operation": "insert"},
        {"object": "Contact", "operation": "conquer"},
        {"object": "Contact", "operation": "upsert"},
        {"object": "Contact", "operation": "insert", "columnDelimiter": "HASH"},
    ],
)
def test_a_job_that_cannot_be_is_refused(own: Api, options: dict[str, str]) -> None:
    assert error(own.call("POST", "/jobs/ingest", json=options))[:2] == (400, "INVALIDJOB")
