import csv
from pathlib import Path
from typing import Any

import pytest

from integrations.salesforce.errors import JobLost, RowCountMismatch, SchemaChanged
from integrations.salesforce.page import Page
from integrations.salesforce.query import rest_pages
from integrations.salesforce.session import SalesforceSession
from integrations.salesforce.soql import in_, select

from .stub import Answer, StubOrg

SOQL = "SELECT Id, Name FROM Contact"
NEXT = "/services/data/v66.0/query/01gD0000002HU6KIAW-2000"


def result(
    *records: dict[str, Any], total: int | None = None, following: str | None = None
) -> dict[str, Any]:
    body = {
        "totalSize": len(records) if total is None else total,
        "done": following is None,
        "records": [{"attributes": {"type": "Contact"}, **record} for record in records],
    }
    return {**body, "nextRecordsUrl": following} if following else body


def rows(page: Page) -> list[list[str]]:
    with page.path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_one_answer_is_one_page(org: StubOrg, session: SalesforceSession, tmp_path: Path) -> None:
    org.on("GET", "queryAll", result({"Id": "1", "Name": "Ann"}, {"Id": "2", "Name": None}))
    [page] = rest_pages(session, soql=SOQL, folder=tmp_path / "new")
    assert rows(page) == [["Id", "Name"], ["1", "Ann"], ["2", ""]]
    assert (page.columns, page.rows, page.last) == (("Id", "Name"), 2, True)
    assert page.bytes == page.path.stat().st_size
    assert org.asked[0].query == {"q": SOQL}


def test_deleted_records_are_left_out_on_request(
    org: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    org.on("GET", "query", result())
    list(rest_pages(session, soql=SOQL, folder=tmp_path, all_rows=False))
    assert org.calls("GET", "/query")


def test_further_pages_follow_the_locator_and_any_of_them_can_be_gone_on_from(
    org: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    org.on("GET", "queryAll", result({"Id": "1"}, total=2, following=NEXT))
    org.on("GET", NEXT, result({"Id": "2"}, total=2))
    first, second = rest_pages(session, soql=SOQL, folder=tmp_path)
    assert (first.last, second.last) == (False, True)
    [again] = rest_pages(session, soql=SOQL, folder=tmp_path, cursor=first.cursor)
    assert again.path.read_bytes() == second.path.read_bytes()
    assert again.cursor == second.cursor
    assert list(rest_pages(session, soql=SOQL, folder=tmp_path, cursor=second.cursor)) == []


def test_nothing_found_is_one_empty_page(org: StubOrg, session: SalesforceSession, tmp_path: Path) -> None:
    org.on("GET", "queryAll", result())
    [page] = rest_pages(session, soql=SOQL, folder=tmp_path)
    assert (page.rows, page.last, page.path.read_text()) == (0, True, '"Id","Name"\n')


def test_values_are_written_as_the_bulk_api_writes_them(
    org: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    record = (
        '{"Id": "1", "IsDeleted": false, "Active__c": true, "AnnualRevenue": 12345678901234567890.10,'
        ' "Rate__c": 1.0E-7, "NumberOfEmployees": 9007199254740993, "Birthdate": "1700-01-01",'
        ' "SystemModstamp": "2026-03-01T10:11:12.000+0000",'
        ' "Description": "at 2026-03-01T10:11:12.000+0000\\u0000, \\"NA\\"\\r\\n \\ud83c\\udf89 \\ud800 ",'
        ' "Account": {"attributes": {}, "Name": "Acme", "Owner": {"Name": "Bo"}}, "Owner": null}'
    )
    columns = ["Id", "IsDeleted", "Active__c", "AnnualRevenue", "Rate__c", "NumberOfEmployees", "Birthdate"]
    columns += ["SystemModstamp", "Description", "Account.Name", "Account.Owner.Name", "Owner.Name"]
    org.on("GET", "queryAll", f'{{"totalSize": 1, "done": true, "records": [{record}]}}')
    [page] = rest_pages(session, soql=select(fields=columns, sobject="Contact"), folder=tmp_path)
    header, values = rows(page)
    assert header == columns
    assert dict(zip(columns, values, strict=True)) == {
        "Id": "1",
        "IsDeleted": "false",
        "Active__c": "true",
        "AnnualRevenue": "12345678901234567890.10",
        "Rate__c": "1.0E-7",
        "NumberOfEmployees": "9007199254740993",
        "Birthdate": "1700-01-01",
        "SystemModstamp": "2026-03-01T10:11:12.000Z",
        "Description": 'at 2026-03-01T10:11:12.000+0000, "NA"\r\n 🎉 ? ',
        "Account.Name": "Acme",
        "Account.Owner.Name": "Bo",
        "Owner.Name": "",
    }


def test_rows_that_do_not_add_up_are_refused(
    org: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    org.on("GET", "queryAll", result({"Id": "1"}, total=3, following=NEXT))
    org.on("GET", NEXT, result({"Id": "2"}, total=3))
    pages = rest_pages(session, soql=SOQL, folder=tmp_path)
    assert not next(pages).last
    with pytest.raises(RowCountMismatch) as raised:
        next(pages)
    assert (raised.value.promised, raised.value.received) == (3, 2)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("code", ["INVALID_QUERY_LOCATOR", "NOT_FOUND"])
def test_a_forgotten_locator_is_a_lost_job(
    org: StubOrg, session: SalesforceSession, tmp_path: Path, code: str
) -> None:
    org.on("GET", "queryAll", result({"Id": "1"}, total=2, following=NEXT))
    org.on("GET", NEXT, Answer([{"errorCode": code, "message": "gone"}], 400))
    with pytest.raises(JobLost):
        list(rest_pages(session, soql=SOQL, folder=tmp_path))


def long_query() -> str:
    return select(fields=["Id", "Name"], sobject="Contact", where=[in_("Id", ["003" + "0" * 15] * 600)])


def test_a_query_too_long_for_an_address_goes_into_a_body(
    org: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    answer = {"httpStatusCode": 200, "body": result({"Id": "1", "Name": "Ann"})}
    org.on("POST", "composite", {"compositeResponse": [answer]})
    [page] = rest_pages(session, soql=long_query(), folder=tmp_path)
    assert rows(page)[1] == ["1", "Ann"]
    [request] = org.asked[0].json["compositeRequest"]
    assert request["method"] == "GET"
    assert request["url"].startswith("/services/data/v66.0/queryAll?q=SELECT+Id%2C+Name+FROM+Contact+WHERE")


def test_an_error_inside_a_body_is_raised_like_any_other(
    org: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    message = "No such column 'Name' on entity 'Contact'."
    answer = {"httpStatusCode": 400, "body": [{"errorCode": "INVALID_FIELD", "message": message}]}
    org.on("POST", "composite", {"compositeResponse": [answer]})
    with pytest.raises(SchemaChanged) as raised:
        list(rest_pages(session, soql=long_query(), folder=tmp_path))
    assert raised.value.field == "Name"
