"""Bulk API 2.0 queries: jobs, pages of CSV, compression, refusals."""

import csv
import gzip
import io
import zlib
from typing import Any

import pytest
import requests

from integrations.sandbox import DemoOrg
from tests.integrations.sandbox.conftest import Api, error
from tests.integrations.sandbox.waiting import until


def start(api: Api, soql: str, *, operation: str = "query", **options: Any) -> str:
    answer = api.call("POST", "/jobs/query", json={"operation": operation, "query": soql} | options)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def state(api: Api, job: str) -> dict[str, Any]:
    return dict(api.get(f"/jobs/query/{job}").json())


def finish(api: Api, soql: str, **options: Any) -> str:
    job = start(api, soql, **options)
    until(lambda: state(api, job)["state"] == "JobComplete")
    return job


def results(api: Api, job: str, *, encoding: str = "identity", **params: Any) -> requests.Response:
    path = f"/jobs/query/{job}/results"
    return api.get(path, params=params, headers={"Accept-Encoding": encoding})


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_job_is_made_run_and_counted(api: Api) -> None:
    created = api.call(
        "POST", "/jobs/query", json={"operation": "queryAll", "query": "SELECT Id FROM Contact"}
    ).json()
    assert created["state"] == "UploadComplete"
    assert "numberRecordsProcessed" not in created
    until(lambda: state(api, created["id"])["state"] == "JobComplete")
    job = state(api, created["id"])
    expected = {
        "object": "Contact",
        "operation": "queryAll",
        "numberRecordsProcessed": 2500,
        "jobType": "V2Query",
        "apiVersion": 60.0,
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
        "isPkChunkingSupported": True,
    }
    assert expected.items() <= job.items()
    assert created["id"] in {entry["id"] for entry in api.get("/jobs/query").json()["records"]}


def test_pages_have_a_header_each_and_end_with_the_word_null(api: Api) -> None:
    job = finish(api, "SELECT Id, Name FROM Contact", operation="queryAll")
    locator, counts, ids = "", [], []
    while locator != "null":
        page = results(api, job, maxRecords=1000, **({"locator": locator} if locator else {}))
        header, *found = rows(page.content.decode())
        assert header == ["Id", "Name"]
        assert len(found) == int(page.headers["Sforce-NumberOfRecords"])
        counts.append(len(found))
        ids += [row[0] for row in found]
        locator = page.headers["Sforce-Locator"]
    assert counts == [1000, 1000, 500]
    assert len(set(ids)) == 2500


def test_an_empty_result_is_a_header(api: Api) -> None:
    job = finish(api, "SELECT Id FROM Contact WHERE Name = 'nobody at all'")
    page = results(api, job)
    assert (page.text, page.headers["Sforce-Locator"]) == ('"Id"\n', "null")
    assert page.headers["Sforce-NumberOfRecords"] == "0"


def test_only_exactly_gzip_is_compressed(api: Api) -> None:
    job = finish(api, "SELECT Id, Name FROM Contact")
    plain = results(api, job, encoding="gzip, deflate")
    assert "Content-Encoding" not in plain.headers
    zipped = api.session.get(
        f"{api.root}/jobs/query/{job}/results", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=20
    )
    assert zipped.headers["Content-Encoding"] == "gzip"
    body = zipped.raw.read(decode_content=False)
    assert gzip.decompress(body) == plain.content
    assert len(body) < len(plain.content)
    with pytest.raises(zlib.error):
        zlib.decompress(plain.content)


def test_result_pages_lead_to_every_record(org: DemoOrg, own: Api) -> None:
    org.bulk_page_size = 10
    job = finish(own, "SELECT Id FROM Contact", operation="queryAll")
    pages = own.get(f"/jobs/query/{job}/resultPages").json()
    assert (len(pages["resultPages"]), pages["done"]) == (5, False)
    last = own.get(pages["nextRecordsUrl"]).json()
    assert (len(last["resultPages"]), last["done"]) == (1, True)
    urls = [page["resultUrl"] for page in pages["resultPages"] + last["resultPages"]]
    ids = {row[0] for url in urls for row in rows(own.get(url).text)[1:]}
    assert len(ids) == 60
    old = own.get(f"{org.url}/services/data/v57.0/jobs/query/{job}/resultPages".removeprefix(org.url))
    assert old.status_code == 404


def test_values_are_written_as_bulk_writes_them(org: DemoOrg, own: Api) -> None:
    account = org.insert("Account", Name='The "A", Inc.', AnnualRevenue=1.39e8, OwnerId=org.user_id)
    org.insert("Contact", LastName="Bulk", AccountId=account, Loyalty_Points__c=1.5e-07, Newsletter__c=1,
               Description="one\r\ntwo", CreatedDate="2026-03-01T10:11:12.000Z")  # fmt: skip
    job = finish(
        own,
        "SELECT LastName, FirstName, Account.Name, Account.AnnualRevenue, Loyalty_Points__c, Newsletter__c, "
        "DoNotCall, Description, CreatedDate FROM Contact WHERE LastName = 'Bulk'",
    )
    header, row = rows(results(own, job).content.decode())
    assert header[2] == "Account.Name"
    assert row == [
        "Bulk", "", 'The "A", Inc.', "1.39E8", "1.5E-7", "true", "false", "one\r\ntwo",
        "2026-03-01T10:11:12.000Z",
    ]  # fmt: skip


def test_a_job_chooses_delimiter_and_line_ending(api: Api) -> None:
    job = finish(api, "SELECT Id, Name FROM Account LIMIT 1", columnDelimiter="PIPE", lineEnding="CRLF")
    assert results(api, job).content.startswith(b'"Id"|"Name"\r\n"001')


def test_a_result_is_rendered_once_until_the_records_change(org: DemoOrg, own: Api) -> None:
    soql = "SELECT Id FROM Account"
    first, second = (org.query_jobs.find(finish(own, soql)).result for _ in range(2))
    assert first is second
    org.insert("Account", Name="New")
    third = org.query_jobs.find(finish(own, soql)).result
    assert third is not None and first is not None
    assert third.rows == first.rows + 1


def test_a_job_that_still_runs_has_no_results_and_can_be_aborted(org: DemoOrg, own: Api) -> None:
    org.bulk_delay = 60
    job = start(own, "SELECT Id FROM Contact")
    until(lambda: state(own, job)["state"] == "InProgress")
    assert error(results(own, job))[:2] == (400, "INVALIDJOBSTATE")
    aborted = own.call("PATCH", f"/jobs/query/{job}", json={"state": "Aborted"})
    assert aborted.json()["state"] == state(own, job)["state"] == "Aborted"
    assert own.call("DELETE", f"/jobs/query/{job}").status_code == 204
    assert error(own.get(f"/jobs/query/{job}"))[:2] == (404, "NOT_FOUND")


def test_results_need_the_version_that_made_the_job(api: Api) -> None:
    job = finish(api, "SELECT Id FROM Account")
    assert api.get(f"/services/data/v59.0/jobs/query/{job}/results").status_code == 409


def test_an_unknown_locator_is_refused(api: Api) -> None:
    job = finish(api, "SELECT Id FROM Account")
    assert error(results(api, job, locator="nonsense!"))[:2] == (400, "INVALID_QUERY_LOCATOR")
    assert error(results(api, job, locator="OTk5OTk5"))[:2] == (400, "INVALID_QUERY_LOCATOR")


@pytest.mark.parametrize(
    ("soql", "words"),
    [
        ("SELECT MailingAddress FROM Contact", "Selecting compound data not supported in Bulk Query"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "Aggregate Relationships not supported"),
        ("SELECT COUNT() FROM Contact", "not supported in Bulk"),
        ("SELECT COUNT(Id) FROM Contact GROUP BY Title", "not supported in Bulk"),
        ("SELECT Id FROM Contact LIMIT 5 OFFSET 5", "not supported in Bulk"),
        ("SELECT Nme FROM Contact", "No such column"),
        ("SELEKT", "unexpected token"),
    ],
)
def test_what_bulk_does_not_take_is_refused_at_once(api: Api, soql: str, words: str) -> None:
    answer = api.call("POST", "/jobs/query", json={"operation": "query", "query": soql})
    status, _, message = error(answer)
    assert status == 400
    assert words in message
