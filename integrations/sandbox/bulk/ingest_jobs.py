"""All bulk ingest jobs of an org: opened, uploaded, closed, aborted, deleted."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from integrations.sandbox import ids
from integrations.sandbox.bulk.formats import DELIMITERS, FINAL, LINE_ENDINGS
from integrations.sandbox.bulk.ingest_job import IngestJob
from integrations.sandbox.bulk.ingest_rows import OPERATIONS, process
from integrations.sandbox.errors import ApiError, not_found

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg


class IngestJobs:
    """All ingest jobs of the org."""

    def __init__(self, org: DemoOrg) -> None:
        self._org = org
        self._ids = ids.IdSequence(prefix="750", start=1_000_000)
        self._jobs: dict[str, IngestJob] = {}

    def create(self, options: dict[str, Any], *, version: int) -> IngestJob:
        """Opens a job. Raises ApiError INVALIDJOB."""
        sobject = self._org.schema.find(str(options.get("object")))
        if sobject is None:
            raise ApiError(400, "INVALIDJOB", f"InvalidJob : Unable to find object: {options.get('object')}")
        job = IngestJob(
            id=self._ids.take(),
            operation=str(options.get("operation")),
            sobject=sobject,
            version=version,
            created_by=self._org.user_id,
            key=str(options.get("externalIdFieldName") or ""),
            delimiter=str(options.get("columnDelimiter") or "COMMA"),
            line_ending=str(options.get("lineEnding") or "LF"),
        )
        _check_options(job)
        self._jobs[job.id] = job
        return job

    def find(self, job_id: str) -> IngestJob:
        """The job of an id. Raises ApiError NOT_FOUND."""
        job = self._jobs.get(ids.to_18(job_id))
        if job is None:
            raise not_found()
        return job

    def all(self) -> list[IngestJob]:
        """Every job that was not deleted, newest first."""
        return list(reversed(self._jobs.values()))

    def upload(self, job: IngestJob, data: bytes) -> None:
        """Takes the job's file, once. Raises ApiError INVALIDJOBSTATE."""
        if job.state != "Open" or job.data:
            raise ApiError(400, "INVALIDJOBSTATE", f"Found multiple contents for job: <{job.id}>")
        job.data = data

    def close(self, job: IngestJob) -> None:
        """Starts the work on an uploaded file. Raises ApiError INVALIDJOBSTATE."""
        if job.state != "Open":
            raise ApiError(400, "INVALIDJOBSTATE", f"Closing already {job.state} Job not allowed")
        job.state = "UploadComplete"
        threading.Thread(target=self._run, args=(job,), daemon=True).start()

    def abort(self, job: IngestJob) -> None:
        """Ends a job that has not ended. Raises ApiError INVALIDJOBSTATE."""
        if job.state in FINAL:
            raise ApiError(400, "INVALIDJOBSTATE", f"Aborting already {job.state} Job not allowed")
        job.state = "Aborted"

    def delete(self, job: IngestJob) -> None:
        """Forgets a job that is not at work. Raises ApiError INVALIDJOBSTATE."""
        if job.state not in FINAL | {"UploadComplete"}:
            raise ApiError(400, "INVALIDJOBSTATE", f"Deleting a job in state {job.state} is not allowed")
        self._jobs.pop(job.id, None)

    def _run(self, job: IngestJob) -> None:
        job.state, started = "InProgress", time.monotonic()
        outcome = process(self._org, job)
        self._org.stopping.wait(max(started + self._org.bulk_delay - time.monotonic(), 0))
        job.seconds = time.monotonic() - started
        if job.state == "InProgress":
            job.state = outcome


def _check_options(job: IngestJob) -> None:
    if job.operation not in OPERATIONS:
        raise ApiError(400, "INVALIDJOB", f"InvalidJob : Invalid operation: {job.operation}")
    if job.delimiter not in DELIMITERS or job.line_ending not in LINE_ENDINGS:
        raise ApiError(400, "INVALIDJOB", "InvalidJob : Invalid columnDelimiter or lineEnding")
    if job.operation == "upsert" and job.sobject.find(job.key) is None:
        raise ApiError(400, "INVALIDJOB", f"InvalidJob : External ID field was not found: {job.key}")
