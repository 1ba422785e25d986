from pathlib import Path

import pytest

from integrations.salesforce.errors import Cancelled, ConfigProblem, QueryTimedOut
from integrations.salesforce.records import estimate_calls, pages
from integrations.salesforce.session import SalesforceSession

from .stub import Answer, StubOrg

SOQL = "SELECT Id FROM Contact"
JOB = "/services/data/v66.0/jobs/query/750"
NEXT = "/services/data/v66.0/query/01g-1"


@pytest.fixture
def both(org: StubOrg) -> StubOrg:
    """An org that holds two records, whichever way they are asked for."""
    org.on(
        "GET", "queryAll", {"totalSize": 2, "done": False, "records": [{"Id": "1"}], "nextRecordsUrl": NEXT}
    )
    org.on("GET", NEXT, {"totalSize": 2, "done": True, "records": [{"Id": "2"}]})
    org.on("POST", "jobs/query", {"id": "750", "state": "UploadComplete"})
    org.on("GET", JOB, {"id": "750", "state": "JobComplete", "numberRecordsProcessed": 2})
    org.on("GET", f"{JOB}/results", Answer('"Id"\n"1"\n"2"\n', headers={"Sforce-NumberOfRecords": "2"}))
    return org


@pytest.mark.parametrize(("expected", "way"), [(0, "rest"), (2_000, "rest"), (2_001, "bulk")])
def test_the_expected_number_decides_between_rest_and_bulk(
    both: StubOrg, session: SalesforceSession, tmp_path: Path, expected: int, way: str
) -> None:
    *_, last = pages(session, soql=SOQL, expected_rows=expected, folder=tmp_path)
    assert last.cursor["way"] == way


def test_both_ways_deliver_the_same_text(both: StubOrg, session: SalesforceSession, tmp_path: Path) -> None:
    rest = pages(session, soql=SOQL, expected_rows=2, folder=tmp_path)
    bulk = pages(session, soql=SOQL, expected_rows=2, folder=tmp_path, bulk_above=1)
    assert [page.path.read_text() for page in rest] == ['"Id"\n"1"\n', '"Id"\n"2"\n']
    assert [page.path.read_text() for page in bulk] == ['"Id"\n"1"\n"2"\n']


def test_a_cursor_goes_on_the_way_it_came(both: StubOrg, session: SalesforceSession, tmp_path: Path) -> None:
    first = next(pages(session, soql=SOQL, expected_rows=2, folder=tmp_path))
    [rest] = pages(session, soql=SOQL, expected_rows=9_999, folder=tmp_path, cursor=first.cursor)
    assert rest.path.read_text() == '"Id"\n"2"\n'
    assert both.calls("POST") == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("EXCEEDED", "Max bulk v2 query jobs (10000) per 24 hrs has been reached"),
        ("FEATURENOTENABLED", "Async API not enabled"),
    ],
)
def test_what_bulk_cannot_do_is_read_over_rest(
    both: StubOrg, session: SalesforceSession, tmp_path: Path, code: str, message: str
) -> None:
    both.on("POST", "jobs/query", Answer([{"errorCode": code, "message": message}], 400))
    found = list(pages(session, soql=SOQL, expected_rows=9_999, folder=tmp_path))
    assert [page.cursor["way"] for page in found] == ["rest", "rest"]


def test_an_org_without_any_api_is_told(both: StubOrg, session: SalesforceSession, tmp_path: Path) -> None:
    both.on("POST", "jobs/query", Answer([{"errorCode": "API_DISABLED_FOR_ORG", "message": "x"}], 403))
    with pytest.raises(ConfigProblem):
        list(pages(session, soql=SOQL, expected_rows=9_999, folder=tmp_path))


def test_other_failures_of_bulk_are_not_hidden(
    both: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    both.on("GET", JOB, {"id": "750", "state": "Failed", "errorMessage": "QUERY_TIMEOUT"})
    with pytest.raises(QueryTimedOut):
        list(pages(session, soql=SOQL, expected_rows=9_999, folder=tmp_path))


@pytest.mark.parametrize("expected", [2, 9_999])
def test_either_way_can_be_cancelled(
    both: StubOrg, session: SalesforceSession, tmp_path: Path, expected: int
) -> None:
    with pytest.raises(Cancelled):
        list(pages(session, soql=SOQL, expected_rows=expected, folder=tmp_path, is_cancelled=lambda: True))


@pytest.mark.parametrize(
    ("rows", "calls"), [(0, 1), (1, 1), (2_000, 1), (2_001, 15), (50_001, 18), (1_000_000, 37)]
)
def test_the_estimate_grows_with_the_pages(rows: int, calls: int) -> None:
    assert estimate_calls(rows) == calls


def test_the_estimate_follows_the_options() -> None:
    assert estimate_calls(5_000, bulk_above=10_000) == 3
    assert estimate_calls(5_000, page_rows=1_000) == 19
