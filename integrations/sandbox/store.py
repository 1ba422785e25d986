"""The org's records: one SQLite table an object."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from integrations.sandbox.schema import SObject
from integrations.sandbox.soql.plan import SqlValue
from integrations.sandbox.sqlite_functions import install
from integrations.sandbox.tables import create_statements


class Store:
    """Readers each get a connection of their own and never wait; writers take turns.

    `version` grows with every change, so that rendered results know when they are out of date.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "org.sqlite"
        self._turn = threading.RLock()
        self._writing = threading.local()
        self.writer = self._connect()
        self.writer.execute("PRAGMA journal_mode = WAL")
        self.version = 0

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = OFF")
        install(connection)
        return connection

    @property
    def writing(self) -> bool:
        """Whether this thread is inside a transaction."""
        return bool(getattr(self._writing, "depth", 0))

    def close(self) -> None:
        """Closes the writer; readers close themselves."""
        self.writer.close()

    def create(self, sobject: SObject) -> None:
        """Makes the table of an object."""
        for statement in create_statements(sobject):
            self.writer.execute(statement)

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[SqlValue]]) -> None:
        """Adds many rows at once."""
        names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        with self.transaction() as connection:
            connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Changes made inside come to pass together, or not at all when an exception leaves it. Nests."""
        with self._turn:
            outer, before = getattr(self._writing, "depth", 0), self.writer.total_changes
            self._writing.depth = outer + 1
            self.writer.execute(f"SAVEPOINT level{outer}")
            try:
                yield self.writer
            except BaseException:
                self.writer.execute(f"ROLLBACK TO level{outer}")
                raise
            finally:
                self.writer.execute(f"RELEASE level{outer}")
                self._writing.depth = outer
                self.version += self.writer.total_changes != before

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with; inside this thread's own transaction that transaction's."""
        if self.writing:
            yield self.writer
            return
        connection = self.snapshot()
        try:
            yield connection
        finally:
            connection.close()

    def snapshot(self) -> sqlite3.Connection:
        """A new connection that goes on seeing the records as they are now. Close it."""
        connection = self._connect()
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
        return connection

    def rows(self, sql: str, params: Sequence[SqlValue] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.reading() as connection:
            return connection.execute(sql, params).fetchall()
