"""Tries again what failed for a moment, after growing pauses."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from requests import RequestException, exceptions

from .errors import ConfigProblem, LimitReached, ResponseBroken, SalesforceError, TemporaryProblem

Result = TypeVar("Result")

MAX_PAUSE = 60.0
# Long requests of others end after many seconds, not after the half second that a dropped connection needs.
_CONCURRENT_FACTOR = 8


def repeat(attempt: Callable[[], Result], *, retries: int, backoff: float) -> Result:
    """The result of `attempt`, called up to 1 + `retries` times while it fails with something that may pass.

    Failures of the transport are raised as errors of our family, without the original exception: its text
    holds the address with the whole query in it.
    """
    for number in range(retries + 1):
        try:
            return attempt()
        except RequestException as problem:
            error = transport_error(problem)
        except SalesforceError as problem:
            error = problem
        if number == retries or not _may_pass(error):
            break
        time.sleep(_pause(error, number=number, backoff=backoff))
    raise error from None


def transport_error(problem: RequestException) -> SalesforceError:
    """Our error for one of the HTTP library's."""
    match problem:
        case (
            exceptions.ChunkedEncodingError()
            | exceptions.ContentDecodingError()
            | exceptions.JSONDecodeError()
        ):
            return ResponseBroken()
        case exceptions.Timeout():
            return TemporaryProblem("TIMEOUT")
        case exceptions.ConnectionError():
            return TemporaryProblem("CONNECTION_FAILED")
        case _:
            return ConfigProblem(type(problem).__name__)


def _may_pass(error: SalesforceError) -> bool:
    return error.retryable or (isinstance(error, LimitReached) and not error.daily)


def _pause(error: SalesforceError, *, number: int, backoff: float) -> float:
    """Seconds to wait: doubled each time, with jitter so that workers do not come back all at once."""
    factor = _CONCURRENT_FACTOR if isinstance(error, LimitReached) else 1
    jitter = random.uniform(0.5, 1.0)  # noqa: S311 (it spreads load and guards nothing)
    wait = backoff * factor * float(2**number) * jitter
    return min(max(wait, error.retry_after or 0.0), MAX_PAUSE)
