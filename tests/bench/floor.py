"""The floor: the same result files into the same kind of tables with nothing done to them.

Download, COPY into an unlogged table of texts, one INSERT … SELECT into a table indexed as contacts are.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from psycopg import sql

from integrations.mapping.casts import cast
from integrations.models import SalesforceConnection
from integrations.salesforce.page import Page
from integrations.salesforce.records import pages
from integrations.services import schema, sessions
from integrations.services.mappings import mapped_fields


@contextmanager
def timed(times: dict[str, float], name: str) -> Iterator[None]:
    """Adds the seconds of the block to `times[name]`."""
    started = time.perf_counter()
    yield
    times[name] = times.get(name, 0.0) + time.perf_counter() - started


def run(*, org: SalesforceConnection, rows: int, folder: Path) -> dict[str, float]:
    """The seconds of each stage for all contacts of the org."""
    times: dict[str, float] = {}
    with timed(times, "download"):
        downloaded = _download(org, rows=rows, folder=folder)
    with connection.cursor() as cursor, timed(times, "copy"):
        names = sql.SQL(", ").join(sql.Identifier(name) for name in downloaded[0].columns)
        typed = sql.SQL(", ").join(
            sql.SQL("{} text").format(sql.Identifier(name)) for name in downloaded[0].columns
        )
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS floor_text, floor_contact"))
        cursor.execute(sql.SQL("CREATE UNLOGGED TABLE floor_text ({})").format(typed))
        for page in downloaded:
            statement = sql.SQL("COPY floor_text ({}) FROM STDIN (FORMAT csv, HEADER true)").format(names)
            with cursor.copy(statement) as copy:
                copy.write(page.path.read_bytes())
    with connection.cursor() as cursor, timed(times, "insert"):
        _insert(cursor, org, columns=downloaded[0].columns)
        cursor.execute("DROP TABLE floor_text, floor_contact")
    for page in downloaded:
        page.path.unlink()
    return times


def _download(org: SalesforceConnection, *, rows: int, folder: Path) -> list[Page]:
    fields = schema.readable_fields(connection=org, sobject="Contact")
    with sessions.open_session(org) as session:
        soql = f"SELECT {', '.join(fields)} FROM Contact"
        return list(pages(session, soql=soql, expected_rows=rows, folder=folder))


def _insert(cursor: object, org: SalesforceConnection, *, columns: tuple[str, ...]) -> None:
    mapped = [item for item in mapped_fields(connection=org, sobject="Contact") if item.field in columns]
    names = sql.SQL(", ").join(item.column for item in mapped)
    # Without uniqueness: the raw rows hold duplicate addresses.
    values = sql.SQL(", ").join(cast(item, sql.Identifier(item.field)) for item in mapped)
    cursor.execute("CREATE TABLE floor_contact (LIKE contacts_contact INCLUDING DEFAULTS)")  # type: ignore[attr-defined]
    for index in (
        "CREATE UNIQUE INDEX ON floor_contact (id)",
        "CREATE INDEX ON floor_contact (lower(email) text_pattern_ops) WHERE email IS NOT NULL",
        "CREATE INDEX ON floor_contact (last_name, first_name, id)",
        "CREATE INDEX ON floor_contact (company_id)",
    ):
        cursor.execute(index)  # type: ignore[attr-defined]
    statement = sql.SQL(
        "INSERT INTO floor_contact (id, properties, created_at, updated_at, {}) "
        "SELECT row_number() OVER (), '{{}}', now(), now(), {} FROM floor_text"
    ).format(names, values)
    cursor.execute(statement)  # type: ignore[attr-defined]
