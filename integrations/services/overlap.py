"""Two pages at once: the next is staged and compared with the mirror while the one before it is merged."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection as database

from integrations.salesforce.page import Page

# A second page keeps a second processor of the database busy; merging takes turns, so a third would only wait.
_AT_ONCE = 2

TakeIn = Callable[[Page, Callable[[], None]], None]


def overlapped(pages: Iterable[Page], take_in: TakeIn) -> Iterator[Page]:
    """Each page once it is in, in order, while the next is on its way on a thread and connection of its own.

    `take_in` gets the page and a function that returns when the page before is in, and raises what went wrong
    there. Every page that was begun is ended before this returns or raises.
    """
    under_way: deque[tuple[Page, Future[None]]] = deque()
    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="page") as threads:
        for page in pages:
            turn = under_way[-1][1].result if under_way else _no_wait
            under_way.append((page, threads.submit(_on_own_connection, take_in, page, turn)))
            if len(under_way) == _AT_ONCE:
                yield _ended(under_way.popleft())
        while under_way:
            yield _ended(under_way.popleft())


def _no_wait() -> None:
    """For the first page."""


def _ended(begun: tuple[Page, "Future[None]"]) -> Page:
    page, future = begun
    future.result()
    return page


def _on_own_connection(take_in: TakeIn, page: Page, turn: Callable[[], None]) -> None:
    try:
        take_in(page, turn)
    finally:
        database.close()
