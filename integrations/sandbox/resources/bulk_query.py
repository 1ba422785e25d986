"""`/jobs/query`: Bulk API 2.0 queries."""

import base64
from typing import Any

from integrations.sandbox.bulk.query_job import QueryJob
from integrations.sandbox.bulk.results import ResultFile
from integrations.sandbox.errors import ApiError, not_found
from integrations.sandbox.messages import Response
from integrations.sandbox.resources.bodies import json_object
from integrations.sandbox.routes import Call, api

PARALLEL_PAGES = 5
RESULT_PAGES_SINCE = 58


@api("POST", "/jobs/query")
def create(call: Call) -> Response:
    """Starts a query job."""
    job = call.org.query_jobs.create(json_object(call.request), version=call.version)
    return Response.json(job.info(created=True))


@api("GET", "/jobs/query")
def list_jobs(call: Call) -> Response:
    """All query jobs."""
    jobs = [job.info() for job in call.org.query_jobs.all()]
    return Response.json({"done": True, "records": jobs, "nextRecordsUrl": None})


@api("GET", "/jobs/query/{job_id}")
def show(call: Call, job_id: str) -> Response:
    """How far a job is."""
    return Response.json(call.org.query_jobs.find(job_id).info())


@api("PATCH", "/jobs/query/{job_id}")
def change(call: Call, job_id: str) -> Response:
    """Aborts a job: the only change there is."""
    job = call.org.query_jobs.find(job_id)
    if json_object(call.request).get("state") != "Aborted":
        raise ApiError(400, "INVALIDJOB", "The only state a query job can be set to is Aborted")
    call.org.query_jobs.abort(job)
    return Response.json(job.info())


@api("DELETE", "/jobs/query/{job_id}")
def delete(call: Call, job_id: str) -> Response:
    """Forgets a job and its result."""
    call.org.query_jobs.delete(call.org.query_jobs.find(job_id))
    return Response.empty()


@api("GET", "/jobs/query/{job_id}/results")
def results(call: Call, job_id: str) -> Response:
    """One page of the result as CSV; compressed only for exactly `Accept-Encoding: gzip`."""
    result = _finished(call, call.org.query_jobs.find(job_id))
    start, size = _start(call, result), _page_size(call)
    zipped = call.request.header("Accept-Encoding").strip().lower() == "gzip"
    body, rows = (result.compressed_page if zipped else result.page)(start=start, size=size)
    following = start + size
    headers = {
        "Sforce-Locator": _locator(following) if following < result.rows else "null",
        "Sforce-NumberOfRecords": str(rows),
    }
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(200, body, "text/csv", headers)


@api("GET", "/jobs/query/{job_id}/resultPages")
def result_pages(call: Call, job_id: str) -> Response:
    """The addresses of up to five pages, to be fetched side by side."""
    if call.version < RESULT_PAGES_SINCE:
        raise not_found()
    result = _finished(call, call.org.query_jobs.find(job_id))
    size = call.org.bulk_page_size
    root = f"{call.base}/jobs/query/{job_id}"
    starts = range(_start(call, result), max(result.rows, 1), size)
    urls = [f"{root}/results?locator={_locator(start)}" for start in starts[:PARALLEL_PAGES]]
    answer: dict[str, Any] = {"resultPages": [{"resultUrl": url} for url in urls]}
    rest = starts[PARALLEL_PAGES:]
    if rest:
        answer["nextRecordsUrl"] = f"{root}/resultPages?locator={_locator(rest[0])}"
    return Response.json(answer | {"done": not rest})


def _finished(call: Call, job: QueryJob) -> ResultFile:
    if job.state != "JobComplete" or job.result is None:
        message = f"Unable to retrieve results for job {job.id} in state {job.state}"
        raise ApiError(400, "INVALIDJOBSTATE", message)
    if job.version != call.version:
        raise ApiError(409, "API_ERROR", f"The job was created with API version {job.version}.0")
    return job.result


def _page_size(call: Call) -> int:
    text = call.request.query.get("maxRecords")
    if text is None:
        return call.org.bulk_page_size
    if not text.isdigit() or int(text) < 1:
        raise ApiError(400, "API_ERROR", f"Invalid maxRecords: {text}")
    return int(text)


def _locator(start: int) -> str:
    return base64.urlsafe_b64encode(str(start).encode()).decode().rstrip("=")


def _start(call: Call, result: ResultFile) -> int:
    locator = call.request.query.get("locator")
    if not locator:
        return 0
    try:
        start = int(base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except ValueError:
        start = -1
    if not 0 <= start <= result.rows:
        raise ApiError(400, "INVALID_QUERY_LOCATOR", f"Invalid locator: {locator}")
    return start
