"""The floor: the same result files into the same kind of tables with nothing done to them.

Download, COPY into an unlogged table of texts, one INSERT … SELECT of the mapped columns into an empty table
that has all the indexes of the real one. Nobody matches, merges, mirrors, counts or keeps a history.
The three come one after the other, while an import downloads, prepares and merges side by side.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from psycopg import sql

from integrations.mapping.casts import cast
from integrations.mapping.mapped_field import MappedField
from integrations.models import SalesforceConnection
from integrations.pipeline.plan import TABLES
from integrations.pipeline.statement import execute, fetch, joined
from integrations.salesforce.page import Page
from integrations.services import schema
from integrations.services.mappings import complete_mapped_fields
from tests.bench import results


@contextmanager
def timed(times: dict[str, float], name: str) -> Iterator[None]:
    """Adds the seconds of the block to `times[name]`."""
    started = time.perf_counter()
    yield
    times[name] = times.get(name, 0.0) + time.perf_counter() - started


def run(*, org: SalesforceConnection, sobject: str, folder: Path) -> dict[str, float]:
    """The seconds of each stage for all records of the object."""
    times: dict[str, float] = {}
    with timed(times, "download"):
        downloaded = results.download(org, sobject=sobject, folder=folder)
    with timed(times, "copy"):
        _copy(downloaded)
    make_target(TABLES[sobject])
    with timed(times, "insert"):
        _insert(columns_of(org, sobject=sobject))
    execute("DROP TABLE floor_text, floor_target")
    results.remove(downloaded)
    return times


def columns_of(org: SalesforceConnection, *, sobject: str) -> list[MappedField]:
    """The mapped fields that have a column."""
    readable = schema.readable_fields(connection=org, sobject=sobject)
    mapped = complete_mapped_fields(connection=org, sobject=sobject, readable=readable)
    return [item for item in mapped if item.is_column]


def make_target(table: str) -> None:
    """An empty table like this one; its indexes are unique no more, because the raw rows hold duplicates."""
    execute("DROP TABLE IF EXISTS floor_target")
    execute(f"CREATE TABLE floor_target (LIKE {table} INCLUDING DEFAULTS INCLUDING IDENTITY)")
    definitions = fetch("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %(t)s", {"t": table})
    for number, (name, definition) in enumerate(definitions):
        own = definition.replace(" UNIQUE ", " ").replace(f" {name} ", f" floor_{number} ")
        # Braces of a condition are no names.
        execute(own.replace(f".{table} ", ".floor_target ").replace("{", "{{").replace("}", "}}"))


def _copy(downloaded: list[Page]) -> None:
    names = [sql.Identifier(name) for name in downloaded[0].columns]
    execute("DROP TABLE IF EXISTS floor_text")
    execute(
        "CREATE UNLOGGED TABLE floor_text ({columns})",
        columns=joined([sql.SQL("{} text").format(name) for name in names]),
    )
    statement = sql.SQL("COPY floor_text ({}) FROM STDIN (FORMAT csv, HEADER true)").format(joined(names))
    with connection.cursor() as cursor:
        for page in downloaded:
            with cursor.copy(statement) as copy:
                copy.write(page.path.read_bytes())


def _insert(mapped: list[MappedField]) -> None:
    execute(
        "INSERT INTO floor_target ({names}) SELECT {values} FROM floor_text",
        names=joined([item.column for item in mapped]),
        values=joined([cast(item, sql.Identifier(item.field)) for item in mapped]),
    )
