"""The result of a bulk query: rendered to a file once, cut into pages by byte offsets."""

import csv
import gzip
import os
import sqlite3
import tempfile
import threading
from array import array
from pathlib import Path
from typing import IO

from integrations.sandbox.bulk.formats import DELIMITERS, LINE_ENDINGS
from integrations.sandbox.schema.model import FLOAT_TYPES
from integrations.sandbox.soql import Column, Plan

MAX_COMPRESSED_PAGES = 64


class _Sink:
    """Takes the CSV writer's lines and remembers where each ends."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.ends = file, array("Q")
        self._position = 0

    def write(self, line: str) -> None:
        data = line.encode("utf-8", "surrogatepass")
        self._file.write(data)
        self._position += len(data)
        self.ends.append(self._position)


class ResultFile:
    """A rendered result. The file has no name: it goes when the last job that uses it goes."""

    def __init__(
        self, plan: Plan, connection: sqlite3.Connection, *, folder: Path, delimiter: str, line_ending: str
    ) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._compressed: dict[tuple[int, int], bytes] = {}
        self._lock = threading.Lock()
        sink = _Sink(self._file)
        writer = csv.writer(
            sink,
            delimiter=DELIMITERS[delimiter],
            lineterminator=LINE_ENDINGS[line_ending],
            quoting=csv.QUOTE_ALL,
        )
        writer.writerow(".".join(column.path) for column in plan.columns)
        expressions = ", ".join(map(csv_expression, plan.columns))
        writer.writerows(connection.execute(f"SELECT {expressions} {plan.body}", plan.params))
        self._file.flush()
        self._ends = sink.ends

    @property
    def rows(self) -> int:
        """The number of records."""
        return len(self._ends) - 1

    def page(self, *, start: int, size: int) -> tuple[bytes, int]:
        """The header and the records from `start` on, at most `size`, and how many they are."""
        stop = min(start + size, self.rows)
        header = os.pread(self._file.fileno(), self._ends[0], 0)
        first, end = self._ends[start], self._ends[stop]
        return header + os.pread(self._file.fileno(), end - first, first), stop - start

    def compressed_page(self, *, start: int, size: int) -> tuple[bytes, int]:
        """The same, gzipped; each page is compressed once."""
        with self._lock:
            if (start, size) not in self._compressed:
                if len(self._compressed) >= MAX_COMPRESSED_PAGES:
                    self._compressed.clear()
                body, _ = self.page(start=start, size=size)
                self._compressed[start, size] = gzip.compress(body, compresslevel=1, mtime=0)
            return self._compressed[start, size], min(start + size, self.rows) - start


def csv_expression(column: Column) -> str:
    """The SQL of a column as Bulk's CSV shows it."""
    kind = column.field.type if column.field else ""
    if kind == "boolean":
        return f"CASE {column.sql} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
    if kind in FLOAT_TYPES:
        return f"CASE WHEN {column.sql} IS NOT NULL THEN java_double({column.sql}) END"
    return column.sql
