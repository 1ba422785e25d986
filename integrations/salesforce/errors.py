"""Every error that this package raises, and how an answer of Salesforce becomes one."""

from .family import (
    BulkNotSupported,
    Cancelled,
    Category,
    ConfigProblem,
    JobFailed,
    JobLost,
    LimitReached,
    NeedsReconnect,
    QueryTimedOut,
    ResponseBroken,
    RowCountMismatch,
    SalesforceError,
    SchemaChanged,
    StorageProblem,
    TemporaryProblem,
)
from .verdicts import error_from, error_from_response

__all__ = [
    "BulkNotSupported",
    "Cancelled",
    "Category",
    "ConfigProblem",
    "JobFailed",
    "JobLost",
    "LimitReached",
    "NeedsReconnect",
    "QueryTimedOut",
    "ResponseBroken",
    "RowCountMismatch",
    "SalesforceError",
    "SchemaChanged",
    "StorageProblem",
    "TemporaryProblem",
    "error_from",
    "error_from_response",
]
