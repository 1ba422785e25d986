"""Recognises that Salesforce has forgotten a job or the place in a result."""

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import JobLost, SalesforceError

# Results are kept for 2 days (REST) or 7 days (bulk); which code then comes back depends on the API.
_GONE = frozenset({"NOT_FOUND", "INVALID_QUERY_LOCATOR", "INVALIDJOB", "ENTITY_IS_DELETED", "HTTP_404"})


@contextmanager
def job_lost_when_gone() -> Iterator[None]:
    """Raises JobLost in place of the errors that say that Salesforce no longer knows the job or locator."""
    try:
        yield
    except SalesforceError as error:
        if error.permanent and (error.code in _GONE or "locator" in error.raw.lower()):
            raise JobLost(error.code, raw=error.raw) from None
        raise
