import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.salesforce.errors import JobFailed
from integrations.salesforce.page import Page, new_file
from integrations.salesforce.records import prefetch


class Source:
    """Makes pages and notes how far it has come."""

    def __init__(self, folder: Path, *, last: int, fails_at: int | None = None) -> None:
        self.folder, self.last, self.fails_at = folder, last, fails_at
        self.made = threading.Semaphore(0)
        self.count = 0
        self.tidied_up = False
        self.threads: set[str] = set()

    def pages(self) -> Iterator[Page]:
        for number in range(1, self.last + 1):
            if number == self.fails_at:
                raise JobFailed
            self.threads.add(threading.current_thread().name)
            self.count = number
            self.made.release()
            with new_file(self.folder) as path:
                page = Page(path, ("Id",), 1, {"page": number}, number == self.last, 0)
            yield page
        self.tidied_up = True


def prefetching() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("prefetch")]


def test_pages_come_in_order_and_the_thread_ends(tmp_path: Path) -> None:
    source = Source(tmp_path, last=4)
    assert [page.cursor["page"] for page in prefetch(source.pages())] == [1, 2, 3, 4]
    assert source.tidied_up
    assert prefetching() == []


def test_exactly_one_page_is_fetched_ahead_by_another_thread(tmp_path: Path) -> None:
    source = Source(tmp_path, last=5)
    pages = prefetch(source.pages())
    next(pages)
    for _ in range(2):
        assert source.made.acquire(timeout=5)
    assert not source.made.acquire(timeout=0.05)
    assert source.count == 2
    assert threading.current_thread().name not in source.threads
    pages.close()


def test_the_source_tidies_up_only_when_the_last_page_is_consumed(tmp_path: Path) -> None:
    source = Source(tmp_path, last=1)
    pages = prefetch(source.pages())
    assert next(pages).last
    assert not source.tidied_up
    assert next(pages, None) is None
    assert source.tidied_up


def test_an_error_arrives_after_the_pages_before_it(tmp_path: Path) -> None:
    pages = prefetch(Source(tmp_path, last=3, fails_at=2).pages())
    assert next(pages).cursor == {"page": 1}
    with pytest.raises(JobFailed):
        next(pages)
    assert prefetching() == []


def test_closing_removes_the_page_that_nobody_will_read(tmp_path: Path) -> None:
    pages = prefetch(Source(tmp_path, last=3).pages())
    read = next(pages)
    pages.close()
    assert list(tmp_path.iterdir()) == [read.path]
    assert prefetching() == []


def test_closing_at_the_last_page_leaves_it_to_its_reader(tmp_path: Path) -> None:
    pages = prefetch(Source(tmp_path, last=1).pages())
    read = next(pages)
    pages.close()
    assert list(tmp_path.iterdir()) == [read.path]


def test_an_error_of_the_consumer_stops_the_thread(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        for _ in prefetch(Source(tmp_path, last=3).pages()):
            raise ZeroDivisionError
    assert prefetching() == []
