"""One bulk ingest job."""

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from integrations.sandbox import timestamps
from integrations.sandbox.bulk.formats import DELIMITERS, LINE_ENDINGS
from integrations.sandbox.schema import SObject


@dataclass(slots=True)
class IngestJob:
    """One job. `state` moves from Open over UploadComplete and InProgress to an end."""

    id: str
    operation: str
    sobject: SObject
    version: int
    created_by: str
    key: str
    delimiter: str
    line_ending: str
    created: str = field(default_factory=timestamps.now)
    state: str = "Open"
    error: str = ""
    seconds: float = 0.0
    data: bytes = b""
    header: list[str] = field(default_factory=list)
    successful: list[list[str]] = field(default_factory=list)
    failed: list[list[str]] = field(default_factory=list)
    unprocessed: list[list[str]] = field(default_factory=list)

    def info(self, *, base: str) -> dict[str, Any]:
        """The job as JSON."""
        stamp = timestamps.rest(self.created)
        info: dict[str, Any] = {
            "id": self.id,
            "operation": self.operation,
            "object": self.sobject.name,
            "createdById": self.created_by,
            "createdDate": stamp,
            "systemModstamp": stamp,
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.line_ending,
            "columnDelimiter": self.delimiter,
            "jobType": "V2Ingest",
        }
        if self.state == "Open":
            info["contentUrl"] = f"{base.lstrip('/')}/jobs/ingest/{self.id}/batches"
        if self.key:
            info["externalIdFieldName"] = self.key
        if self.error:
            info["errorMessage"] = self.error
        return info | {
            "numberRecordsProcessed": len(self.successful) + len(self.failed),
            "numberRecordsFailed": len(self.failed),
            "retries": 0,
            "totalProcessingTime": int(self.seconds * 1_000),
            "apiActiveProcessingTime": int(self.seconds * 1_000),
            "apexProcessingTime": 0,
        }

    def csv(self, *columns: str, rows: list[list[str]]) -> bytes:
        """Rows as CSV under the extra columns and the job's own header."""
        text = io.StringIO(newline="")
        ending = LINE_ENDINGS[self.line_ending]
        writer = csv.writer(
            text, delimiter=DELIMITERS[self.delimiter], lineterminator=ending, quoting=csv.QUOTE_ALL
        )
        writer.writerow([*columns, *self.header])
        writer.writerows(rows)
        return text.getvalue().encode("utf-8", "surrogatepass")
