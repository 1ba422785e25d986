"""Reads query results through Bulk API 2.0, tens of thousands of rows a call: the way for large imports.

Results are asked for one after the other by locator. Salesforce's `resultPages` gives five locators ahead,
but takes no page size, and `prefetch` keeps the connection busy while a page is being merged anyway.
"""

import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

from requests import Response

from . import bulk_job
from .csv_rows import Saved, save_rows
from .errors import Cancelled, RowCountMismatch
from .lost import job_lost_when_gone
from .page import Page, new_file
from .retries import MAX_PAUSE
from .session import SalesforceSession
from .soql import selected

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_SIGN_OF_LIFE = 10.0
_PIECE = 1 << 20
# The first page is small and those after it double what has come, so that work on the rows begins at once.
_FIRST_ROWS = 10_000


def never() -> bool:
    """For work that nobody can cancel."""
    return False


def bulk_pages(
    session: SalesforceSession,
    *,
    soql: str,
    folder: Path,
    cursor: dict[str, Any] | None = None,
    page_rows: int = 50_000,
    is_cancelled: Callable[[], bool] = never,
    all_rows: bool = True,
) -> Iterator[Page]:
    """The query's results, from the start or from `cursor` on; deleted records too with `all_rows`.

    While Salesforce prepares the result, an empty page comes every ten seconds: with its cursor another
    process can go on with the same job. A query that finds nothing gives one empty last page.

    Once the last page has been consumed the job is deleted. When `is_cancelled` says so, the job is stopped
    and Cancelled raised. Raises also JobLost, JobFailed, BulkNotSupported and QueryTimedOut, and
    RowCountMismatch when the rows do not add up to what Salesforce says it found.
    """
    place = cursor or _start(bulk_job.create(session, soql=soql, all_rows=all_rows), selected(soql))
    job = place["job"]
    if not place["done"]:
        total = yield from _prepared(session, place, folder=folder, is_cancelled=is_cancelled)
    while not place["done"]:
        _heed(is_cancelled, session, job)
        page = _next_page(session, place, folder=folder, page_rows=page_rows, total=total)
        place = page.cursor
        yield page
    bulk_job.discard(session, job)


def _start(job: str, columns: tuple[str, ...]) -> dict[str, Any]:
    return {"way": "bulk", "job": job, "locator": None, "rows": 0, "columns": list(columns), "done": False}


def _prepared(
    session: SalesforceSession, place: dict[str, Any], *, folder: Path, is_cancelled: Callable[[], bool]
) -> Generator[Page, None, int]:
    """Waits until Salesforce has the result; returns how many rows it holds."""
    pause, sign_due = _FIRST_PAUSE, time.monotonic() + _SIGN_OF_LIFE
    while not (status := bulk_job.poll(session, place["job"])).complete:
        _heed(is_cancelled, session, place["job"])
        if time.monotonic() >= sign_due:
            yield _empty_page(place, folder)
            sign_due = time.monotonic() + _SIGN_OF_LIFE
        time.sleep(min(status.retry_after or pause, MAX_PAUSE))
        pause = min(2 * pause, _LONGEST_PAUSE)
    return status.total


def _heed(is_cancelled: Callable[[], bool], session: SalesforceSession, job: str) -> None:
    if is_cancelled():
        bulk_job.stop(session, job)
        raise Cancelled


def _next_page(
    session: SalesforceSession, place: dict[str, Any], *, folder: Path, page_rows: int, total: int
) -> Page:
    with new_file(folder) as path:
        saved, locator = _download(session, place, path=path, page_rows=page_rows)
        rows = place["rows"] + saved.rows
        if locator is None and rows != total:
            raise RowCountMismatch(promised=total, received=rows)
        moved_on = {"locator": locator, "rows": rows, "columns": list(saved.columns), "done": locator is None}
        return _page(path, saved, cursor={**place, **moved_on})


def _download(
    session: SalesforceSession, place: dict[str, Any], *, path: Path, page_rows: int
) -> tuple[Saved, str | None]:
    """Saves the page at the cursor; returns what came and the locator of the next page."""

    def read(response: Response) -> tuple[Saved, str | None]:
        saved = save_rows(response.iter_content(_PIECE), path, columns=tuple(place["columns"]))
        promised = int(response.headers.get("Sforce-NumberOfRecords", saved.rows))
        if saved.rows != promised:
            raise RowCountMismatch(promised=promised, received=saved.rows)
        return saved, _locator(response)

    # Each request names its own size; a locator says where to go on, not how far.
    params = {"maxRecords": next_rows(place["rows"], page_rows), "locator": place["locator"]}
    with job_lost_when_gone():
        return session.download(
            f"{place['job']}/results", params=params, headers={"Accept": "text/csv"}, read=read
        )


def next_rows(rows: int, page_rows: int) -> int:
    """How many rows the next page holds at most after this many: as many again, up to `page_rows`."""
    return min(page_rows, max(_FIRST_ROWS, rows))


def _locator(response: Response) -> str | None:
    """The locator of the next page; Salesforce ends the result with the very word "null"."""
    locator = response.headers.get("Sforce-Locator", "null")
    return None if locator == "null" else locator


def _empty_page(place: dict[str, Any], folder: Path) -> Page:
    with new_file(folder) as path:
        return _page(path, save_rows([], path, columns=tuple(place["columns"])), cursor=place)


def _page(path: Path, saved: Saved, *, cursor: dict[str, Any]) -> Page:
    return Page(
        path=path,
        columns=saved.columns,
        rows=saved.rows,
        cursor=cursor,
        last=cursor["done"],
        bytes=path.stat().st_size,
    )
