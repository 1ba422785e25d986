"""The work of a bulk ingest job: its rows inserted, updated, upserted or deleted one by one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from integrations.sandbox import changes, lookup
from integrations.sandbox.bulk.formats import DELIMITERS
from integrations.sandbox.bulk.ingest_job import IngestJob
from integrations.sandbox.errors import ApiError
from integrations.sandbox.schema import Field
from integrations.sandbox.soql.plan import SqlValue
from integrations.sandbox.values import from_text

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

SET_NULL = "#N/A"
Line = dict[str, str]


def process(org: DemoOrg, job: IngestJob) -> str:
    """Processes every row and returns the state to end in."""
    text = io.StringIO(job.data.decode("utf-8-sig", "replace"), newline="")
    reader = csv.reader(text, delimiter=DELIMITERS[job.delimiter])
    job.header = next(reader, [])
    unknown = [name for name in job.header if job.sobject.find(name) is None]
    if unknown or not job.header:
        job.unprocessed = list(reader)
        job.error = f"InvalidBatch : Field name not found : {', '.join(unknown)}"
        return "Failed"
    with org.store.transaction():
        for row in reader:
            _one(org, job, row)
    return "JobComplete"


def _one(org: DemoOrg, job: IngestJob, row: list[str]) -> None:
    line = dict(zip(job.header, row, strict=False))
    try:
        record_id, created = OPERATIONS[job.operation](org, job, line)
        job.successful.append([record_id, str(created).lower(), *row])
    except ApiError as error:
        reason = f"{error.code}:{error.message}:{', '.join(error.fields or [])} --"
        job.failed.append([line.get("Id", ""), reason, *row])
    except lookup.MultipleChoices as choices:
        job.failed.append(["", f"DUPLICATE_EXTERNAL_ID:{choices}:{', '.join(choices.ids)} --", *row])


def _given(line: Line) -> dict[str, str]:
    """What the line says: an empty value says nothing."""
    return {name: value for name, value in line.items() if value != "" and name.lower() != "id"}


def _read(field: Field, text: str) -> SqlValue:
    return from_text(field, "" if text == SET_NULL else text)


def _insert(org: DemoOrg, job: IngestJob, line: Line) -> tuple[str, bool]:
    return changes.create(org, job.sobject, _given(line), read=_read), True


def _update(org: DemoOrg, job: IngestJob, line: Line) -> tuple[str, bool]:
    record_id = lookup.find(org, job.sobject, line.get("Id", ""))
    changes.update(org, job.sobject, record_id, _given(line), read=_read)
    return record_id, False


def _upsert(org: DemoOrg, job: IngestJob, line: Line) -> tuple[str, bool]:
    key = job.sobject.find(job.key)
    assert key is not None
    value = next((text for name, text in line.items() if name.lower() == key.name.lower()), "")
    if not value and key.name == "Id":
        return _insert(org, job, line)
    if not value:
        raise ApiError(400, "MISSING_ARGUMENT", f"{key.name} not specified")
    return changes.upsert(org, job.sobject, key, value, _given(line), read=_read)


def _delete(org: DemoOrg, job: IngestJob, line: Line) -> tuple[str, bool]:
    record_id = lookup.find(org, job.sobject, line.get("Id", ""))
    org.delete(job.sobject.name, record_id)
    return record_id, False


def _hard_delete(org: DemoOrg, job: IngestJob, line: Line) -> tuple[str, bool]:
    record_id = lookup.find(org, job.sobject, line.get("Id", ""))
    org.sql(f'DELETE FROM "{job.sobject.name}" WHERE Id = ?', record_id)  # noqa: S608
    return record_id, False


OPERATIONS: dict[str, Callable[[DemoOrg, IngestJob, Line], tuple[str, bool]]] = {
    "insert": _insert,
    "update": _update,
    "upsert": _upsert,
    "delete": _delete,
    "hardDelete": _hard_delete,
}
