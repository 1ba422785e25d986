"""All bulk query jobs of an org: made, run in the background, aborted, deleted."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from integrations.sandbox import ids
from integrations.sandbox.bulk.formats import DELIMITERS, FINAL, LINE_ENDINGS
from integrations.sandbox.bulk.query_job import QueryJob
from integrations.sandbox.bulk.results import ResultFile
from integrations.sandbox.errors import ApiError, not_found
from integrations.sandbox.soql import Plan, parse, translate, tree
from integrations.sandbox.soql.aggregates import aggregates

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

log = logging.getLogger(__name__)
MAX_CACHED, MAX_JOBS = 4, 200


class QueryJobs:
    """All query jobs of the org, and the results they share: one file a query and state of the data."""

    def __init__(self, org: DemoOrg) -> None:
        self._org, self._lock = org, threading.Lock()
        self._ids = ids.IdSequence(prefix="750")
        self._jobs: dict[str, QueryJob] = {}
        self._files: OrderedDict[tuple[Any, ...], ResultFile] = OrderedDict()
        self.created = 0

    def create(self, options: dict[str, Any], *, version: int) -> QueryJob:
        """Starts a job. Raises ApiError for queries that Bulk does not take."""
        operation = options.get("operation")
        if operation not in ("query", "queryAll"):
            raise ApiError(400, "INVALIDJOB", f"Invalid operation: {operation}")
        query = parse(str(options.get("query") or ""))
        refuse_clauses(query)
        plan = translate(query, schema=self._org.schema, include_deleted=operation == "queryAll")
        refuse_compounds(plan)
        job = QueryJob(
            id=self._ids.take(),
            operation=operation,
            sobject=plan.sobject.name,
            version=version,
            created_by=self._org.user_id,
            delimiter=_choice(options, "columnDelimiter", "COMMA", DELIMITERS),
            line_ending=_choice(options, "lineEnding", "LF", LINE_ENDINGS),
        )
        self._keep(job)
        self.created += 1
        data_version = self._org.store.version
        arguments = (job, plan, self._org.store.snapshot(), data_version)
        threading.Thread(target=self._run, args=arguments, daemon=True).start()
        return job

    def _keep(self, job: QueryJob) -> None:
        """Remembers a job and forgets the oldest: each result is an open file."""
        with self._lock:
            self._jobs[job.id] = job
            for old in list(self._jobs)[:-MAX_JOBS]:
                del self._jobs[old]

    def _run(self, job: QueryJob, plan: Plan, connection: sqlite3.Connection, data_version: int) -> None:
        try:
            job.state = "InProgress"
            job.result = self._render(job, plan, connection, data_version)
            self._org.stopping.wait(max(job.started + self._org.bulk_delay - time.monotonic(), 0))
            job.seconds = time.monotonic() - job.started
            if job.state == "InProgress":
                job.state = "JobComplete"
        except Exception:
            log.exception("The demo org failed to run the bulk query job %s", job.id)
            job.state = "Failed"
        finally:
            connection.close()

    def _render(
        self, job: QueryJob, plan: Plan, connection: sqlite3.Connection, data_version: int
    ) -> ResultFile:
        columns = tuple(column.path for column in plan.columns)
        key = (columns, plan.body, tuple(plan.params), job.delimiter, job.line_ending, data_version)
        with self._lock:
            if key in self._files:
                return self._files[key]
        result = ResultFile(
            plan, connection, folder=self._org.folder, delimiter=job.delimiter, line_ending=job.line_ending
        )
        with self._lock:
            self._files[key] = result
            while len(self._files) > MAX_CACHED:
                self._files.popitem(last=False)
        return result

    def find(self, job_id: str) -> QueryJob:
        """The job of an id, 15 or 18 characters. Raises ApiError NOT_FOUND."""
        job = self._jobs.get(ids.to_18(job_id))
        if job is None:
            raise not_found()
        return job

    def all(self) -> list[QueryJob]:
        """Every job that was not deleted, newest first."""
        return list(reversed(self._jobs.values()))

    def abort(self, job: QueryJob) -> None:
        """Ends a job that still runs. Raises ApiError INVALIDJOBSTATE."""
        if job.state in FINAL:
            raise ApiError(400, "INVALIDJOBSTATE", f"Aborting already {job.state} Job not allowed")
        job.state = "Aborted"

    def fail(self, job: QueryJob, message: str) -> None:
        """Ends a job that still runs without a result."""
        job.state, job.error = "Failed", message

    def delete(self, job: QueryJob) -> None:
        """Forgets a job that has ended. Raises ApiError INVALIDJOBSTATE."""
        if job.state not in FINAL:
            raise ApiError(400, "INVALIDJOBSTATE", f"Deleting a job in state {job.state} is not allowed")
        self._jobs.pop(job.id, None)


def refuse_clauses(query: tree.Query) -> None:
    """Raises ApiError for clauses that SOQL has and Bulk has not."""
    if any(isinstance(item, tree.Child) for item in query.select):
        raise _refused("Aggregate Relationships not supported in Bulk V2 Query with CSV content type")
    if aggregates(query) or query.offset is not None:
        raise _refused("Aggregate functions, GROUP BY and OFFSET are not supported in Bulk V2 Query")


def refuse_compounds(plan: Plan) -> None:
    """Raises ApiError for compound address fields."""
    if any(column.field is not None and column.field.type == "address" for column in plan.columns):
        raise _refused("Selecting compound data not supported in Bulk Query")


def _refused(message: str) -> ApiError:
    return ApiError(400, "API_ERROR", message)


def _choice(options: dict[str, Any], name: str, default: str, allowed: dict[str, str]) -> str:
    value = str(options.get(name) or default)
    if value not in allowed:
        raise ApiError(400, "INVALIDJOB", f"Invalid value for {name}: {value}")
    return value
