"""Step 1: the page, as it came, into a temporary table."""

from pathlib import Path

from django.db import DataError, connection
from psycopg import sql

from integrations.pipeline.plan import PagePlan
from integrations.pipeline.statement import execute, fetch, joined
from integrations.salesforce.errors import ResponseBroken, RowCountMismatch

_CHUNK = 1 << 20


def stage(plan: PagePlan, *, path: Path, rows: int) -> int:
    """Fills the table `staged` with the page and returns its rows; RowCountMismatch if they are not as promised.

    Raises ResponseBroken when the file is no CSV of these columns.
    """
    names = [sql.Identifier(name) for name in plan.columns]
    typed = [sql.SQL('{} text COLLATE "C"').format(name) for name in names]
    execute("CREATE TEMP TABLE staged ({columns}) ON COMMIT DROP", columns=joined(typed))
    try:
        copied = _copy(path, names)
    except DataError:
        raise ResponseBroken from None
    if copied != rows:
        raise RowCountMismatch(promised=rows, received=copied)
    _drop_repeated()
    if plan.only_noted_keys:
        return copied - _drop_unnoted(plan)
    return copied


def _copy(path: Path, names: list[sql.Identifier]) -> int:
    statement = sql.SQL(
        "COPY staged ({names}) FROM STDIN (FORMAT csv, HEADER true, FORCE_NULL ({names}), ENCODING 'UTF8')"
    ).format(names=joined(list(names)))
    with connection.cursor() as cursor:
        # Django turns the driver's errors into its own for execute() alone.
        with connection.wrap_database_errors, cursor.copy(statement) as copy, path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                copy.write(chunk)
        return int(cursor.rowcount)


def _drop_repeated() -> int:
    """Keeps the newest of rows with one Id: a bulk job is not a snapshot of one moment."""
    if fetch('SELECT EXISTS (SELECT FROM staged GROUP BY "Id" HAVING count(*) > 1)') == [(False,)]:
        return 0
    return execute(
        """DELETE FROM staged s USING (
               SELECT ctid AS place, row_number() OVER (
                   PARTITION BY "Id" ORDER BY "SystemModstamp" DESC NULLS LAST, ctid DESC) AS rank
               FROM staged) d
           WHERE s.ctid = d.place AND d.rank > 1"""
    )


def _drop_unnoted(plan: PagePlan) -> int:
    return execute(
        """DELETE FROM staged s WHERE NOT EXISTS (
               SELECT FROM integrations_importkey k WHERE k.run_id = %(run)s AND k.salesforce_id = s."Id")""",
        {"run": plan.run_id},
    )
