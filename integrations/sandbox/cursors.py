"""REST query results that are fetched page by page, each as the records were when it began."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from integrations.sandbox import ids
from integrations.sandbox.errors import ApiError
from integrations.sandbox.rows import records, select_list
from integrations.sandbox.soql import Plan
from integrations.sandbox.store import Store

MAX_OPEN = 50


class Cursor:
    """One query's result, any page of it as often as asked for.

    Inside a transaction it reads what the transaction has written, not a snapshot of what was before.
    """

    def __init__(self, plan: Plan, store: Store) -> None:
        self._plan, self._lock = plan, threading.Lock()
        self._shared = store.writing
        self._connection = store.writer if store.writing else store.snapshot()
        self._sql = f"SELECT {', '.join(select_list(plan))} {plan.body}"
        self.total = self._run(f"SELECT COUNT(*) FROM ({self._sql})")[0][0]  # noqa: S608

    def page(self, *, start: int, size: int, base: str) -> Iterator[dict[str, Any]]:
        """The records from `start` on, at most `size`."""
        rows = self._run(f"SELECT * FROM ({self._sql}) LIMIT {size} OFFSET {start}")  # noqa: S608
        return records(self._plan, rows, base=base)

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, self._plan.params).fetchall()

    def close(self) -> None:
        """Lets go of the snapshot."""
        with self._lock:
            if not self._shared:
                self._connection.close()


class Cursors:
    """The open cursors by locator. The oldest give way, as a locator does after two days."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, threading.Lock()
        self._ids = ids.IdSequence(prefix="01g")
        self._open: OrderedDict[str, Cursor] = OrderedDict()

    def open(self, plan: Plan) -> tuple[str, Cursor]:
        """A cursor on a plan, and its locator."""
        locator, cursor = self._ids.take(), Cursor(plan, self._store)
        with self._lock:
            self._open[locator] = cursor
            extra = [self._open.popitem(last=False)[1] for _ in range(len(self._open) - MAX_OPEN)]
        for old in extra:
            old.close()
        return locator, cursor

    def find(self, locator: str) -> Cursor:
        """The cursor of a locator. Raises ApiError INVALID_QUERY_LOCATOR."""
        with self._lock:
            cursor = self._open.get(locator)
        if cursor is None:
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return cursor

    def forget(self, locator: str) -> None:
        """Closes a cursor that has no further page."""
        with self._lock:
            cursor = self._open.pop(locator, None)
        if cursor is not None:
            cursor.close()

    def close(self) -> None:
        """Closes every cursor: the locators out there are gone."""
        with self._lock:
            cursors, self._open = list(self._open.values()), OrderedDict()
        for cursor in cursors:
            cursor.close()
