import gzip
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from integrations.salesforce import bulk
from integrations.salesforce.bulk import bulk_pages
from integrations.salesforce.errors import (
    BulkNotSupported,
    Cancelled,
    JobFailed,
    JobLost,
    QueryTimedOut,
    ResponseBroken,
    RowCountMismatch,
    SalesforceError,
    SchemaChanged,
)
from integrations.salesforce.session import SalesforceSession

from .stub import Answer, StubOrg

SOQL = "SELECT Id, Name FROM Contact"
JOB = "/services/data/v66.0/jobs/query/750R0000000zxr8IAA"
HEADER = '"Id","Name"\n'


def state(state: str = "JobComplete", total: int = 0, **more: Any) -> dict[str, Any]:
    return {"id": "750R0000000zxr8IAA", "state": state, "numberRecordsProcessed": total, **more}


def result(
    *rows: str, locator: str = "null", header: str = HEADER, promised: int | None = None, **more: Any
) -> Answer:
    count = len(rows) if promised is None else promised
    headers = {"Sforce-NumberOfRecords": str(count), "Sforce-Locator": locator, "Content-Type": "text/csv"}
    return Answer(header + "".join(f"{row}\n" for row in rows), headers=headers, **more)


@pytest.fixture
def job(org: StubOrg) -> StubOrg:
    """An org in which a job of two rows on two pages is ready at once."""
    org.on("POST", "jobs/query", state("UploadComplete"))
    org.on("GET", JOB, state(total=2))
    org.on("GET", f"{JOB}/results", result('"1","Ann"', locator="AAA"), result('"2","Bo"'))
    org.on("DELETE", JOB, Answer(status=204))
    org.on("PATCH", JOB, {})
    return org


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between polls, noted instead of waited; the clock goes on by as much."""
    noted: list[float] = []
    clock = SimpleNamespace(sleep=noted.append, monotonic=lambda: sum(noted))
    monkeypatch.setattr(bulk, "time", clock)
    return noted


def test_a_job_is_created_read_page_by_page_and_deleted(
    job: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    first, second = bulk_pages(session, soql=SOQL, folder=tmp_path / "new", page_rows=1)
    assert first.path.read_text() == HEADER + '"1","Ann"\n'
    assert second.path.read_text() == HEADER + '"2","Bo"\n'
    assert [(page.rows, page.last, page.columns) for page in (first, second)] == [
        (1, False, ("Id", "Name")),
        (1, True, ("Id", "Name")),
    ]
    assert second.bytes == second.path.stat().st_size
    created, results = job.calls("POST")[0].json, job.calls("GET", "/results")
    assert (created["operation"], created["query"], created["lineEnding"]) == ("queryAll", SOQL, "LF")
    assert [asked.query for asked in results] == [
        {"maxRecords": "1"},
        {"maxRecords": "1", "locator": "AAA"},
    ]
    assert len(job.calls("DELETE")) == 1


def test_deleted_records_are_left_out_on_request(
    job: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    list(bulk_pages(session, soql=SOQL, folder=tmp_path, all_rows=False))
    assert job.calls("POST")[0].json["operation"] == "query"


def test_the_job_lives_until_the_last_page_is_consumed(
    job: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    pages = bulk_pages(session, soql=SOQL, folder=tmp_path)
    next(pages)
    assert next(pages).last
    assert job.calls("DELETE") == []
    assert next(pages, None) is None
    assert len(job.calls("DELETE")) == 1


def test_a_job_that_cannot_be_deleted_harms_nobody(
    job: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    job.on("DELETE", JOB, Answer("", 503))
    assert len(list(bulk_pages(session, soql=SOQL, folder=tmp_path))) == 2
    assert len(job.calls("DELETE")) == 1


def test_a_gzipped_page_is_unpacked_on_the_way(
    job: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    rows = [f'"{number}","two\nlines"' for number in range(20_000)]
    answer = result(*rows)
    answer.body = gzip.compress(answer.content())
    answer.headers["Content-Encoding"] = "gzip"
    job.on("GET", JOB, state(total=20_000))
    job.on("GET", f"{JOB}/results", answer)
    [page] = bulk_pages(session, soql=SOQL, folder=tmp_path)
    assert page.rows == 20_000
    assert page.path.read_text().endswith('"19999","two\nlines"\n')


def test_later_pages_may_come_without_a_header(
    job: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    swapped = '"Name","Id"\n'
    first = result('"Ann","1"', locator="AAA", header=swapped)
    job.on("GET", f"{JOB}/results", first, result('"Bo","2"', header=""))
    _, second = bulk_pages(session, soql=SOQL, folder=tmp_path)
    assert second.path.read_text() == swapped + '"Bo","2"\n'
    assert second.columns == ("Name", "Id")


def test_any_page_can_be_gone_on_from(job: StubOrg, session: SalesforceSession, tmp_path: Path) -> None:
    first, second = bulk_pages(session, soql=SOQL, folder=tmp_path)
    cursor = json.loads(json.dumps(first.cursor))
    [again] = bulk_pages(session, soql=SOQL, folder=tmp_path, cursor=cursor)
    assert again.path.read_bytes() == second.path.read_bytes()
    assert (again.cursor, again.last) == (second.cursor, True)
    assert len(job.calls("POST")) == 1


def test_after_the_last_page_there_is_nothing_but_tidying_up(
    job: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    *_, last = bulk_pages(session, soql=SOQL, folder=tmp_path)
    job.asked.clear()
    assert list(bulk_pages(session, soql=SOQL, folder=tmp_path, cursor=last.cursor)) == []
    assert [asked.method for asked in job.asked] == ["DELETE"]


@pytest.mark.parametrize("body", ["", HEADER])
def test_nothing_found_is_one_empty_last_page(
    job: StubOrg, session: SalesforceSession, tmp_path: Path, body: str
) -> None:
    job.on("GET", JOB, state(total=0))
    job.on("GET", f"{JOB}/results", result(header=body))
    [page] = bulk_pages(session, soql=SOQL, folder=tmp_path)
    assert (page.rows, page.last, page.path.read_text()) == (0, True, HEADER)


def test_polls_become_rarer(
    job: StubOrg, session: SalesforceSession, tmp_path: Path, pauses: list[float]
) -> None:
    job.on("GET", JOB, *[state("InProgress")] * 7, state(total=2))
    list(bulk_pages(session, soql=SOQL, folder=tmp_path))
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_a_pause_that_salesforce_asks_for_is_kept(
    job: StubOrg, session: SalesforceSession, tmp_path: Path, pauses: list[float]
) -> None:
    asks = [Answer(state("InProgress"), headers={"Retry-After": seconds}) for seconds in ("3", "86400")]
    job.on("GET", JOB, *asks, state(total=2))
    list(bulk_pages(session, soql=SOQL, folder=tmp_path))
    assert pauses == [3.0, 60.0]


def test_a_slow_job_gives_signs_of_life_that_can_be_gone_on_from(
    job: StubOrg, session: SalesforceSession, tmp_path: Path, pauses: list[float]
) -> None:
    job.on("GET", JOB, *[state("InProgress")] * 8, state(total=2))
    pages = list(bulk_pages(session, soql=SOQL, folder=tmp_path))
    assert [(page.rows, page.last) for page in pages] == [(0, False), (1, False), (1, True)]
    assert pages[0].path.read_text() == HEADER
    assert sum(pauses) < 25
    job.on("GET", f"{JOB}/results", result('"1","Ann"', locator="AAA"), result('"2","Bo"'))
    later = list(bulk_pages(session, soql=SOQL, folder=tmp_path, cursor=pages[0].cursor))
    assert [page.rows for page in later] == [1, 1]
    assert len(job.calls("POST")) == 1


def test_cancelling_stops_a_waiting_job(
    job: StubOrg, session: SalesforceSession, tmp_path: Path, pauses: list[float]
) -> None:
    job.on("GET", JOB, state("InProgress"))
    with pytest.raises(Cancelled):
        list(bulk_pages(session, soql=SOQL, folder=tmp_path, is_cancelled=lambda: len(pauses) == 3))
    assert job.calls("PATCH")[0].json == {"state": "Aborted"}
    assert len(job.calls("DELETE")) == 1


def test_cancelling_between_pages_downloads_no_more(
    job: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    wishes = iter([False, True])
    pages = bulk_pages(session, soql=SOQL, folder=tmp_path, is_cancelled=lambda: next(wishes))
    next(pages)
    with pytest.raises(Cancelled):
        next(pages)
    assert len(job.calls("GET", "/results")) == 1


@pytest.mark.parametrize(
    ("ended", "message", "kind", "code"),
    [
        ("Failed", "InvalidBatch : Failed to process query: odd", JobFailed, "JOB_FAILED"),
        ("Failed", "MALFORMED_QUERY: unexpected token", JobFailed, "MALFORMED_QUERY"),
        (
            "Failed",
            "INVALID_FIELD: No such column 'X__c' on entity 'Contact'.",
            SchemaChanged,
            "INVALID_FIELD",
        ),
        (
            "Failed",
            "Selecting compound data not supported in Bulk Query",
            BulkNotSupported,
            "BULK_NOT_SUPPORTED",
        ),
        (
            "Failed",
            "QUERY_TIMEOUT: Your query request was running for too long.",
            QueryTimedOut,
            "QUERY_TIMEOUT",
        ),
        ("Failed", "Retried more than fifteen times", QueryTimedOut, "QUERY_TIMEOUT"),
        ("Failed", None, JobFailed, "JOB_FAILED"),
        ("Aborted", None, JobFailed, "JOB_ABORTED"),
    ],
)
def test_a_job_that_ends_badly_says_why(
    job: StubOrg,
    session: SalesforceSession,
    tmp_path: Path,
    ended: str,
    message: str | None,
    kind: type[SalesforceError],
    code: str,
) -> None:
    job.on("GET", JOB, state(ended, errorMessage=message))
    with pytest.raises(kind) as raised:
        list(bulk_pages(session, soql=SOQL, folder=tmp_path))
    assert raised.value.code == code


def test_a_query_refused_at_once_says_why(job: StubOrg, session: SalesforceSession, tmp_path: Path) -> None:
    message = "Entity 'CaseStatus' is not supported by the Bulk API."
    job.on("POST", "jobs/query", Answer([{"errorCode": "INVALIDENTITY", "message": message}], 400))
    with pytest.raises(BulkNotSupported):
        list(bulk_pages(session, soql=SOQL, folder=tmp_path))


def test_creating_a_job_is_tried_again(job: StubOrg, session: SalesforceSession, tmp_path: Path) -> None:
    job.on("POST", "jobs/query", Answer("", 503), state("UploadComplete"))
    assert len(list(bulk_pages(session, soql=SOQL, folder=tmp_path))) == 2


@pytest.mark.parametrize("gone", [JOB, f"{JOB}/results"])
def test_a_job_that_salesforce_has_forgotten_is_lost(
    job: StubOrg, session: SalesforceSession, tmp_path: Path, gone: str
) -> None:
    first, _ = bulk_pages(session, soql=SOQL, folder=tmp_path)
    job.on("GET", gone, Answer([{"errorCode": "NOT_FOUND", "message": "no such job"}], 404))
    with pytest.raises(JobLost):
        list(bulk_pages(session, soql=SOQL, folder=tmp_path, cursor=first.cursor))


def test_a_locator_that_salesforce_has_forgotten_is_a_lost_job(
    job: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    refusal = Answer([{"errorCode": "API_ERROR", "message": "Invalid locator: AAA"}], 400)
    job.on("GET", f"{JOB}/results", result('"1","Ann"', locator="AAA"), refusal)
    with pytest.raises(JobLost):
        list(bulk_pages(session, soql=SOQL, folder=tmp_path))


@pytest.mark.parametrize(
    "broken",
    [
        result('"1","Ann"', locator="AAA", cut_at=17),
        result('"1","Ann"', locator="AAA", promised=2),
        result('"1","Ann', locator="AAA"),
        Answer("<html>", 503),
    ],
)
def test_a_page_that_arrives_in_part_is_fetched_again(
    job: StubOrg, session: SalesforceSession, tmp_path: Path, broken: Answer
) -> None:
    job.on("GET", f"{JOB}/results", broken, result('"1","Ann"', locator="AAA"), result('"2","Bo"'))
    first, _ = bulk_pages(session, soql=SOQL, folder=tmp_path)
    assert first.path.read_text() == HEADER + '"1","Ann"\n'
    assert [asked.query.get("locator") for asked in job.calls("GET", "/results")] == [None, None, "AAA"]


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (result('"1","Ann"', cut_at=17), ResponseBroken),
        (result('"1","Ann"', promised=2), RowCountMismatch),
    ],
)
def test_a_page_that_stays_incomplete_is_refused_and_leaves_no_file(
    job: StubOrg,
    session: SalesforceSession,
    tmp_path: Path,
    broken: Answer,
    kind: type[SalesforceError],
) -> None:
    job.on("GET", f"{JOB}/results", broken)
    with pytest.raises(kind):
        list(bulk_pages(session, soql=SOQL, folder=tmp_path))
    assert len(job.calls("GET", "/results")) == 1 + session.retries
    assert list(tmp_path.iterdir()) == []


def test_pages_that_do_not_add_up_to_the_total_are_refused(
    job: StubOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    job.on("GET", JOB, state(total=3))
    pages = bulk_pages(session, soql=SOQL, folder=tmp_path)
    next(pages)
    with pytest.raises(RowCountMismatch) as raised:
        next(pages)
    assert (raised.value.promised, raised.value.received) == (3, 2)
    assert len(list(tmp_path.iterdir())) == 1
