"""Which error an answer of Salesforce means: judged by its code, its words and its status."""

import re

from requests import Response

from .family import (
    BulkNotSupported,
    ConfigProblem,
    JobLost,
    LimitReached,
    NeedsReconnect,
    QueryTimedOut,
    SalesforceError,
    SchemaChanged,
    TemporaryProblem,
)
from .replies import read_reply
from .sign_in_verdicts import sign_in_error

# Bulk 2.0 has no error codes of its own for these; other sturdy clients match the same four messages.
_BULK_CANNOT = re.compile(
    r"Selecting compound data not supported in Bulk Query"
    r"|is not supported by the Bulk API"
    r"|Max bulk v2 query jobs \(\d+\) per 24 hrs has been reached"
    r"|Max bulk v2 query result size stored \(\d+\) kb per 24 hrs has been exceeded"
)
_NO_SUCH_FIELD = re.compile(r"No such column '([^']+)' on (?:entity|sobject of type) '?(\w+)")
_BUSY_STATUSES = frozenset({406, 420, 429})
_MOVED_STATUSES = frozenset({301, 302, 303, 307, 308})

_BY_CODE: dict[str, tuple[type[SalesforceError], str]] = {
    "INVALID_SESSION_ID": (NeedsReconnect, ""),
    "INVALID_AUTH_HEADER": (NeedsReconnect, ""),
    "Bad_OAuth_Token": (NeedsReconnect, ""),
    "Missing_OAuth_Token": (NeedsReconnect, ""),
    "Wrong_Org": (NeedsReconnect, ""),
    "API_DISABLED_FOR_ORG": (ConfigProblem, "API_DISABLED_FOR_ORG"),
    "FeatureNotEnabled": (ConfigProblem, "API_DISABLED_FOR_ORG"),
    "FEATURENOTENABLED": (ConfigProblem, "API_DISABLED_FOR_ORG"),
    "API_CURRENTLY_DISABLED": (ConfigProblem, "API_NOT_ALLOWED_FOR_USER"),
    "TXN_SECURITY_METERING_ERROR": (ConfigProblem, ""),
    "INSUFFICIENT_ACCESS": (ConfigProblem, ""),
    "INSUFFICIENT_ACCESS_OR_READONLY": (ConfigProblem, "INSUFFICIENT_ACCESS"),
    "INVALID_TYPE": (SchemaChanged, ""),
    "INVALID_QUERY_LOCATOR": (JobLost, ""),
    "QUERY_TIMEOUT": (QueryTimedOut, ""),
    "SERVER_UNAVAILABLE": (TemporaryProblem, ""),
    "UNKNOWN_EXCEPTION": (TemporaryProblem, ""),
    "UNABLE_TO_LOCK_ROW": (TemporaryProblem, ""),
}


def error_from_response(response: Response) -> SalesforceError:
    """The error that an unsuccessful answer means, whatever the shape of its body."""
    reply = read_reply(response)
    error = error_from(code=reply.code, text=reply.text, status=response.status_code)
    pause = response.headers.get("Retry-After", "")
    error.retry_after = float(pause) if pause.isdecimal() else None
    return error


def error_from(*, code: str, text: str, status: int = 400) -> SalesforceError:
    """The error that a code and message of Salesforce mean; `status` decides where they do not."""
    if _BULK_CANNOT.search(text):
        return BulkNotSupported(code, raw=text)
    if code == "REQUEST_LIMIT_EXCEEDED":
        return LimitReached(code, raw=text, daily="concurrent" not in text.lower())
    if code == "INVALID_FIELD":
        return _missing_field(code, text)
    if code in _BY_CODE:
        error_class, sentence = _BY_CODE[code]
        return error_class(code, raw=text, sentence=sentence)
    return sign_in_error(code, text) or _by_status(code or f"HTTP_{status}", text, status)


def _missing_field(code: str, text: str) -> SchemaChanged:
    found = _NO_SUCH_FIELD.search(text)
    if found is None:
        return SchemaChanged(code, raw=text, sentence="SCHEMA_CHANGED")
    return SchemaChanged(code, raw=text, field=found[1], sobject=found[2])


def _by_status(code: str, text: str, status: int) -> SalesforceError:
    if status in _BUSY_STATUSES or status >= 500:
        return TemporaryProblem(code, raw=text)
    if status == 401:
        return NeedsReconnect(code, raw=text)
    if status in _MOVED_STATUSES:
        return NeedsReconnect(code, raw=text, sentence="INSTANCE_MOVED")
    return SalesforceError(code, raw=text)
