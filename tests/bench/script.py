"""A second yardstick: the thirty lines that people write, bulk results → csv → executemany upsert.

It matches nobody, keeps no mirror and no history, counts nothing, and cannot go on where it was stopped.
"""

import csv
import time
from pathlib import Path

from django.db import connection
from psycopg import sql

from integrations.models import SalesforceConnection
from integrations.pipeline.plan import TABLES
from integrations.pipeline.statement import execute, joined
from tests.bench import floor, results


def run(*, org: SalesforceConnection, sobject: str, folder: Path) -> float:
    """The seconds it takes for all records of the object."""
    mapped = [item for item in floor.columns_of(org, sobject=sobject) if not item.derive]
    floor.make_target(TABLES[sobject])
    execute("ALTER TABLE floor_target ADD salesforce_id text UNIQUE")
    names = [sql.Identifier("salesforce_id"), *(item.column for item in mapped)]
    upsert = sql.SQL(
        "INSERT INTO floor_target ({}) VALUES ({}) ON CONFLICT (salesforce_id) DO UPDATE SET ({}) = ROW({})"
    ).format(
        joined(names),
        joined([sql.Placeholder()] * len(names)),
        joined(names),
        joined([sql.SQL("excluded.{}").format(name) for name in names]),
    )
    started = time.perf_counter()
    downloaded = results.download(org, sobject=sobject, folder=folder)
    for page in downloaded:
        with page.path.open(encoding="utf-8", newline="") as file, connection.cursor() as cursor:
            rows = csv.DictReader(file)
            fields = ["Id", *(item.field for item in mapped)]
            cursor.executemany(upsert, [[row[field] or None for field in fields] for row in rows])
    seconds = time.perf_counter() - started
    execute("DROP TABLE floor_target")
    results.remove(downloaded)
    return seconds
