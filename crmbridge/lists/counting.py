"""How many records a list has: about, at once; or exactly, within a time; and some of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

SAMPLE = 10
# So many rows are drawn for an estimate; from so many hits on they tell more than the planner.
DRAWN, ENOUGH = 5_000, 10
# What a person waits for while editing, and what a command or the worker may take.
SECONDS, SECONDS_BEHIND = 10, 300
_QUERY_CANCELED = "57014"


class TakesTooLong(Exception):
    """The query did not end within its time."""


def estimate(records: QuerySet[Any]) -> int:
    """About how many, in some milliseconds whatever the table's size: from some thousand rows drawn by chance.

    The planner alone guesses badly, as it knows nothing of texts in small letters and of values in the bag; of lists
    that hardly anybody in the draw is on, its guess is taken as far as the draw allows it.
    """
    planned, rows = _plan_rows(records), table_rows(records.model)
    table = records.model._meta.db_table
    if rows <= DRAWN:
        return planned
    drawn = RawSQL(f'SELECT id FROM "{table}" TABLESAMPLE SYSTEM (%s)', [100 * DRAWN / rows])  # noqa: S611, S608
    hits = records.order_by().filter(pk__in=drawn).count()
    guess = round(hits * rows / DRAWN)
    return guess if hits >= ENOUGH else min(planned, round(ENOUGH * rows / DRAWN))


def table_rows(model: Any) -> int:
    """How many records there are, as the planner believes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)", [model._meta.db_table]
        )
        (rows,) = cursor.fetchone() or (0,)
    return int(rows)


def _plan_rows(records: QuerySet[Any]) -> int:
    (plan,) = json.loads(records.order_by().values("pk").explain(format="json"))
    return int(plan["Plan"]["Plan Rows"])


def exact(records: QuerySet[Any], *, seconds: int = SECONDS) -> int:
    """The number of records; TakesTooLong when it is not known in time."""
    with limited(seconds):
        return int(records.order_by().count())


def sample(records: QuerySet[Any], *, seconds: int = SECONDS) -> list[Any]:
    """The newest few records; TakesTooLong when they are not found in time."""
    with limited(seconds):
        return list(records.order_by("-pk")[:SAMPLE])


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Runs a query of a list with a time limit and what suits queries over whole tables."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Compiling a plan takes longer than most counts; a hash of all companies shall fit into memory.
            cursor.execute(
                f"SET LOCAL statement_timeout = {int(seconds) * 1000}; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'"
            )
            yield
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == _QUERY_CANCELED:
            raise TakesTooLong from None
        raise
