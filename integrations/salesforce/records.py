"""Reads the records that a query finds, by whichever API costs less."""

from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path
from typing import Any

from .bulk import bulk_pages, never, next_rows
from .errors import BulkNotSupported, Cancelled
from .page import Page
from .prefetch import prefetch
from .query import rest_pages
from .session import SalesforceSession

__all__ = ["estimate_calls", "pages", "prefetch"]

# One REST call reads this many rows at most. Up to it a bulk job costs more calls and seconds than it saves.
REST_PAGE_ROWS = 2_000
PAGE_ROWS = 50_000
# 0.2 s doubling to 5 s: twelve polls cover the first 40 seconds, in which most jobs are done.
_EXPECTED_POLLS = 12


def pages(
    session: SalesforceSession,
    *,
    soql: str,
    expected_rows: int,
    folder: Path,
    cursor: dict[str, Any] | None = None,
    is_cancelled: Callable[[], bool] = never,
    bulk_above: int = REST_PAGE_ROWS,
    page_rows: int = PAGE_ROWS,
) -> Iterator[Page]:
    """The query's results, deleted records included: REST up to `bulk_above` expected rows, Bulk API above.

    A cursor goes on with the API that it came from. What the Bulk API cannot do is read over REST.
    """
    way = cursor["way"] if cursor else "bulk" if expected_rows > bulk_above else "rest"
    if way == "bulk":
        try:
            yield from bulk_pages(
                session,
                soql=soql,
                folder=folder,
                cursor=cursor,
                page_rows=page_rows,
                is_cancelled=is_cancelled,
            )
            return
        except BulkNotSupported:
            cursor = None
    yield from _until(is_cancelled, rest_pages(session, soql=soql, folder=folder, cursor=cursor))


def estimate_calls(rows: int, *, bulk_above: int = REST_PAGE_ROWS, page_rows: int = PAGE_ROWS) -> int:
    """About how many API calls `pages` takes for this many rows."""
    if rows <= bulk_above:
        return max(1, ceil(rows / REST_PAGE_ROWS))
    return 1 + _EXPECTED_POLLS + _bulk_results(rows, page_rows) + 1


def _bulk_results(rows: int, page_rows: int) -> int:
    count = read = 0
    while read < rows:
        read += next_rows(read, page_rows)
        count += 1
    return count


def _until(is_cancelled: Callable[[], bool], pages: Iterator[Page]) -> Iterator[Page]:
    while True:
        if is_cancelled():
            raise Cancelled
        if (page := next(pages, None)) is None:
            return
        yield page
