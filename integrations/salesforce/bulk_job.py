"""The life of a Bulk API 2.0 query job: created, polled, stopped, deleted."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from requests import Response

from .errors import BulkNotSupported, ConfigProblem, JobFailed, QueryTimedOut, SalesforceError, error_from
from .lost import job_lost_when_gone
from .session import SalesforceSession

_CODE = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")
# Words by which Salesforce says that a query took too long in a job that has only a message, no code.
_GAVE_UP = re.compile(r"QUERY_TIMEOUT|Retried more|Failed to write query result|timed out", re.IGNORECASE)


@dataclass(frozen=True)
class Status:
    """Where a job stands; `total` rows are known once it is `complete`. `retry_after` is in seconds."""

    complete: bool
    total: int
    retry_after: float | None


def create(session: SalesforceSession, *, soql: str, all_rows: bool) -> str:
    """The path of a new job for the query, with the version, in which the results must be asked for too."""
    wanted = {
        "operation": "queryAll" if all_rows else "query",
        "query": soql,
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    }
    try:
        job = session.post_json("jobs/query", wanted, retry=True)
    except ConfigProblem as error:
        # Some editions have the REST API but not this one.
        if error.code.upper() == "FEATURENOTENABLED":
            raise BulkNotSupported(error.code, raw=error.raw) from None
        raise
    return f"/services/data/{session.api_version}/jobs/query/{job['id']}"


def poll(session: SalesforceSession, job: str) -> Status:
    """Where the job stands now.

    Raises JobLost when Salesforce does not know it, and BulkNotSupported, QueryTimedOut, SchemaChanged or
    JobFailed when it ended without a result.
    """
    with job_lost_when_gone():
        return session.fetch("GET", job, read=_status)


def stop(session: SalesforceSession, job: str) -> None:
    """Ends a job that nobody waits for any more, as far as Salesforce lets us."""
    with suppress(SalesforceError):
        session.patch_json(job, {"state": "Aborted"}, retry=True)
    discard(session, job)


def discard(session: SalesforceSession, job: str) -> None:
    """Deletes a job and its results. Salesforce does so itself after 7 days, so a failure does not matter."""
    with suppress(SalesforceError):
        session.fetch("DELETE", job, read=lambda response: None, retry=False)


def _status(response: Response) -> Status:
    job = response.json()
    if job["state"] in ("Failed", "Aborted"):
        raise _failure(job)
    pause = response.headers.get("Retry-After", "")
    return Status(
        complete=job["state"] == "JobComplete",
        total=job.get("numberRecordsProcessed", 0),
        retry_after=float(pause) if pause.isdecimal() else None,
    )


def _failure(job: dict[str, Any]) -> SalesforceError:
    if job["state"] == "Aborted":
        return JobFailed("JOB_ABORTED")
    text = job.get("errorMessage") or ""
    if _GAVE_UP.search(text):
        return QueryTimedOut(raw=text)
    code = _CODE.search(text)
    error = error_from(code=code[0] if code else "", text=text)
    return JobFailed(code[0] if code else "", raw=text) if type(error) is SalesforceError else error
