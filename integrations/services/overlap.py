"""Two pages at once: the next is staged and compared with the mirror while the one before it is merged."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import cycle

from django.db import connection as database

from integrations.salesforce.page import Page

# A second page keeps a second processor of the database busy; merging takes turns, so a third would only wait.
_AT_ONCE = 2

TakeIn = Callable[[Page, Callable[[], None]], None]


def overlapped(pages: Iterable[Page], take_in: TakeIn) -> Generator[Page, None, None]:
    """Each page when it is done with, in order, while the next is on its way on a thread and connection of its own.

    `take_in` gets the page and a function that returns when the page before is in, and raises what went wrong
    there. Every page that was begun is ended before this returns or raises.
    """
    under_way: deque[tuple[Page, Future[None]]] = deque()
    with ExitStack() as stack:
        lanes = cycle([stack.enter_context(_lane()) for _ in range(_AT_ONCE)])
        for page, lane in zip(_after(under_way, pages), lanes, strict=False):
            turn = under_way[-1][1].result if under_way else _no_wait
            under_way.append((page, lane.submit(take_in, page, turn)))
            if len(under_way) == _AT_ONCE:
                yield _ended(under_way.popleft())
        while under_way:
            yield _ended(under_way.popleft())


def _after(under_way: Iterable[tuple[Page, "Future[None]"]], pages: Iterable[Page]) -> Iterator[Page]:
    """The pages; when there is an error where they come from, one of a page under way came before it."""
    try:
        yield from pages
    except Exception:
        for begun in under_way:
            _ended(begun)
        raise


@contextmanager
def _lane() -> Iterator[ThreadPoolExecutor]:
    """A thread that keeps its database connection from page to page."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="page") as thread:
        try:
            yield thread
        finally:
            thread.submit(_close_connection)


def _close_connection() -> None:
    """Closes the connection of the thread that this runs on, which `database` stands for there alone."""
    database.close()


def _no_wait() -> None:
    """For the first page."""


def _ended(begun: tuple[Page, "Future[None]"]) -> Page:
    page, future = begun
    future.result()
    return page
