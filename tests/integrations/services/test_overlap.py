"""Two pages at once, in their order."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integrations.salesforce.page import Page
from integrations.services.overlap import overlapped

pytestmark = pytest.mark.usefixtures("transactional_db")
Wait = Callable[[], None]


def page(number: int) -> Page:
    return Page(path=Path(str(number)), columns=(), rows=number, cursor={}, last=False, bytes=0)


def test_the_next_page_begins_before_the_one_before_it_is_in() -> None:
    second_began = threading.Event()
    merged = []

    def take_in(page: Page, turn: Wait) -> None:
        if page.rows == 2:
            second_began.set()
        turn()
        if page.rows == 1:
            assert second_began.wait(timeout=10)
        merged.append(page.rows)

    assert [page.rows for page in overlapped([page(1), page(2)], take_in)] == [1, 2]
    assert merged == [1, 2]


def test_pages_are_in_before_they_are_given_back_and_in_their_order() -> None:
    merged: list[int] = []

    def take_in(page: Page, turn: Wait) -> None:
        turn()
        merged.append(page.rows)

    for number, given in enumerate(overlapped(map(page, range(1, 20)), take_in), start=1):
        assert (given.rows, merged[number - 1]) == (number, number)
    assert merged == list(range(1, 20))


def test_a_page_that_fails_takes_the_one_behind_it_along() -> None:
    merged, ended = [], []

    def take_in(page: Page, turn: Wait) -> None:
        try:
            turn()
            if page.rows == 2:
                raise ValueError("page 2")
            merged.append(page.rows)
        finally:
            ended.append(page.rows)

    begun = []
    with pytest.raises(ValueError, match="page 2"):
        for given in overlapped(map(page, range(1, 9)), take_in):
            begun.append(given.rows)
    assert (begun, merged) == ([1], [1])
    assert ended == [1, 2, 3]


def test_what_goes_wrong_where_pages_come_from_waits_for_those_under_way() -> None:
    under_way, no_more = threading.Event(), threading.Event()
    merged = []

    def source() -> Iterator[Page]:
        yield page(1)
        assert under_way.wait(timeout=10)
        threading.Timer(0.05, no_more.set).start()
        raise ValueError("no more pages")

    def take_in(page: Page, turn: Wait) -> None:
        turn()
        under_way.set()
        assert no_more.wait(timeout=10)
        merged.append(page.rows)

    with pytest.raises(ValueError, match="no more pages"):
        list(overlapped(source(), take_in))
    assert merged == [1]


def test_a_page_that_fails_comes_before_what_goes_wrong_where_pages_come_from() -> None:
    under_way = threading.Event()

    def source() -> Iterator[Page]:
        yield page(1)
        assert under_way.wait(timeout=10)
        raise ValueError("no more pages")

    def take_in(page: Page, turn: Wait) -> None:
        under_way.set()
        raise ValueError("page 1")

    with pytest.raises(ValueError, match="page 1"):
        list(overlapped(source(), take_in))
