"""A page of query results on disk, in the one form in which all records leave this package."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from requests import RequestException

from .errors import StorageProblem


@dataclass(frozen=True)
class Page:
    """A CSV file with a header row and the place from which the query goes on after it.

    UTF-8, quoted after RFC 4180, every row ends in a newline, an empty value is null. Values are text as the
    Bulk API writes it: `true`, `2026-03-01T10:11:12.000Z`, numbers with the digits they came with. NUL, which
    PostgreSQL cannot hold, is dropped.

    `rows` does not count the header, `bytes` is the size of the file, `cursor` can be kept as JSON. The
    consumer deletes the file.
    """

    path: Path
    columns: tuple[str, ...]
    rows: int
    cursor: dict[str, Any]
    last: bool
    bytes: int


@contextmanager
def new_file(folder: Path) -> Iterator[Path]:
    """An empty file of its own in the folder, which is made when needed; an error inside removes the file.

    Raises StorageProblem when the folder or the file cannot be written.
    """
    try:
        path = _empty_file(folder)
        try:
            yield path
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    except RequestException:
        raise  # an OSError too, but of the network
    except OSError as error:
        raise StorageProblem(reason=error.strerror or type(error).__name__) from None


def _empty_file(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="page-", suffix=".csv", delete=False) as file:
        return Path(file.name)
