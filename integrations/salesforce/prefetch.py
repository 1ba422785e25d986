"""Downloads the next page while the current one is being worked on."""

from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from .page import Page


def prefetch(pages: Iterator[Page]) -> Generator[Page, None, None]:
    """The same pages, with exactly one fetched ahead by a thread of its own.

    Errors reach the consumer in their turn. Closing waits for the page on its way and removes its file. After
    its last page the source only goes on, to tidy up, when the consumer is done with that page.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefetch") as thread:
        ahead: Future[Page | None] | None = thread.submit(next, pages, None)
        try:
            while ahead is not None and (page := ahead.result()) is not None:
                ahead = None if page.last else thread.submit(next, pages, None)
                yield page
            next(pages, None)
        finally:
            if ahead is not None:
                _remove(ahead)


def _remove(ahead: "Future[Page | None]") -> None:
    with suppress(Exception):
        page = ahead.result()
        if page is not None:
            page.path.unlink(missing_ok=True)
