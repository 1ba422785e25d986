"""One bulk query job."""

import time
from dataclasses import dataclass, field
from typing import Any

from integrations.sandbox import timestamps
from integrations.sandbox.bulk.results import ResultFile


@dataclass(slots=True)
class QueryJob:
    """One job. `state` moves from UploadComplete over InProgress to an end."""

    id: str
    operation: str
    sobject: str
    version: int
    created_by: str
    delimiter: str
    line_ending: str
    created: str = field(default_factory=timestamps.now)
    started: float = field(default_factory=time.monotonic)
    state: str = "UploadComplete"
    seconds: float = 0.0
    result: ResultFile | None = None
    error: str = ""

    def info(self, *, created: bool = False) -> dict[str, Any]:
        """The job as JSON; the answer to its creation has no counts yet."""
        stamp = timestamps.rest(self.created)
        info: dict[str, Any] = {
            "id": self.id,
            "operation": self.operation,
            "object": self.sobject,
            "createdById": self.created_by,
            "createdDate": stamp,
            "systemModstamp": stamp,
            "state": "UploadComplete" if created else self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.line_ending,
            "columnDelimiter": self.delimiter,
        }
        if self.error:
            info["errorMessage"] = self.error
        return info if created else info | self._counts()

    def _counts(self) -> dict[str, Any]:
        return {
            "jobType": "V2Query",
            "numberRecordsProcessed": self.result.rows if self.result and self.state == "JobComplete" else 0,
            "retries": 0,
            "totalProcessingTime": int(self.seconds * 1_000),
            "isPkChunkingSupported": self.sobject not in ("User", "Organization"),
        }
