"""The classes of errors that speaking to Salesforce may raise. They are picklable and hold no secrets."""

from typing import ClassVar, Literal

from .replies import redact
from .sentences import SENTENCES

Category = Literal["connection", "schema", "refused"]


class SalesforceError(Exception):
    """Salesforce said no, or could not be asked.

    `code` is Salesforce's errorCode or our own; `raw` is Salesforce's own message without secrets.
    A `permanent` error stays until somebody changes something; a `retryable` one may be gone in a moment.
    """

    category: ClassVar[Category] = "refused"
    permanent: ClassVar[bool] = True
    retryable: ClassVar[bool] = False
    default: ClassVar[str] = "REFUSED"

    def __init__(self, code: str = "", *, raw: str = "", sentence: str = "", **details: str) -> None:
        super().__init__(code)
        self.code = code or self.default
        self.raw = redact(raw)
        self.retry_after: float | None = None
        self._sentence = next(key for key in (sentence, self.code, self.default) if key in SENTENCES)
        self._details = details

    @property
    def message(self) -> str:
        """What happened and why, in the reader's language."""
        return str(SENTENCES[self._sentence].message) % {"code": self.code, **self._details}

    @property
    def remedy(self) -> str:
        """What to do about it, in the reader's language."""
        return str(SENTENCES[self._sentence].remedy) % {"code": self.code, **self._details}

    def __str__(self) -> str:
        return self.message


class TemporaryProblem(SalesforceError):
    """Network trouble or an overloaded Salesforce: the same request may work in a moment."""

    category = "connection"
    permanent = False
    retryable = True
    default = "SERVER_UNAVAILABLE"


class LimitReached(SalesforceError):
    """The org's API calls of the day are used up (`daily`), or too many long requests run at once."""

    category = "connection"
    permanent = False
    default = "REQUEST_LIMIT_EXCEEDED"

    def __init__(self, code: str = "", *, raw: str = "", daily: bool = True) -> None:
        super().__init__(code, raw=raw, sentence="DAILY_LIMIT" if daily else "CONCURRENT_LIMIT")
        self.daily = daily


class NeedsReconnect(SalesforceError):
    """The saved sign-in no longer works; a person has to connect again."""

    category = "connection"
    default = "NEEDS_RECONNECT"


class ConfigProblem(SalesforceError):
    """Something is set up wrongly, here or in Salesforce."""

    category = "connection"
    default = "CONFIG"


class SchemaChanged(SalesforceError):
    """A field or object is gone, or hidden from the connected user; `field` and `sobject` may name it."""

    category = "schema"
    default = "SCHEMA_CHANGED"

    @property
    def field(self) -> str:
        return self._details.get("field", "")

    @property
    def sobject(self) -> str:
        return self._details.get("sobject", "")


class QueryTimedOut(SalesforceError):
    """Salesforce gave up on a query after its own time limit."""

    permanent = False
    default = "QUERY_TIMEOUT"


class BulkNotSupported(SalesforceError):
    """The query, or this org today, cannot be served by the Bulk API; REST can still do it."""

    default = "BULK_NOT_SUPPORTED"


class JobLost(SalesforceError):
    """Salesforce no longer knows the job or the place in a result; the query has to start again."""

    category = "connection"
    permanent = False
    default = "JOB_LOST"


class JobFailed(SalesforceError):
    """Salesforce ended a bulk job without a result."""

    default = "JOB_FAILED"


class RowCountMismatch(SalesforceError):
    """Fewer or more rows arrived than Salesforce promised."""

    category = "connection"
    permanent = False
    retryable = True
    default = "ROW_COUNT"

    def __init__(self, code: str = "", *, promised: int = 0, received: int = 0) -> None:
        super().__init__(code, promised=str(promised), received=str(received))
        self.promised = promised
        self.received = received


class ResponseBroken(SalesforceError):
    """An answer that broke off, or that is not what Salesforce sends."""

    category = "connection"
    permanent = False
    retryable = True
    default = "BODY_BROKEN"


class StorageProblem(SalesforceError):
    """What Salesforce sent cannot be written to disk here; `reason` is the operating system's."""

    category = "connection"
    default = "STORAGE"

    def __init__(self, code: str = "", *, reason: str = "") -> None:
        super().__init__(code, reason=reason)


class Cancelled(SalesforceError):
    """Somebody asked for the work to stop."""

    category = "connection"
    default = "CANCELLED"
