"""How many records a list has: about, at once; or exactly, within a time; and some of them."""

import json
from typing import Any

from django.db.models import QuerySet

from crmbridge.lists import statements
from crmbridge.lists.statements import limited
from crmbridge.paginators import table_rows

SAMPLE = 10
# So many rows are drawn for an estimate; from so many hits on they tell more than the planner.
DRAWN, ENOUGH = 5_000, 10
# What a person waits for while editing, and what a command or the worker may take.
SECONDS, SECONDS_BEHIND = 10, 300


def estimate(records: QuerySet[Any], *, seconds: int = SECONDS) -> int:
    """About how many, in some milliseconds whatever the table's size: from some thousand rows drawn by chance.

    The planner alone guesses badly, as it knows nothing of texts in small letters and of values in the bag; of lists
    that hardly anybody in the draw is on, its guess is taken as far as the draw allows it.
    """
    planned, rows = _plan_rows(records), table_rows(records.model)
    if rows <= DRAWN:
        return planned
    with limited(seconds):
        hits = records.order_by().filter(pk__in=statements.drawn(records.model, share=DRAWN / rows)).count()
    guess = round(hits * rows / DRAWN)
    return guess if hits >= ENOUGH else min(planned, round(ENOUGH * rows / DRAWN))


def _plan_rows(records: QuerySet[Any]) -> int:
    told = records.order_by().values("pk").explain(format="json")
    if not told:  # Django knows without asking that nothing is found
        return 0
    (plan,) = json.loads(told)
    return int(plan["Plan"]["Plan Rows"])


def exact(records: QuerySet[Any], *, seconds: int = SECONDS) -> int:
    """The number of records; TakesTooLong when it is not known in time."""
    with limited(seconds):
        return int(records.order_by().count())


def sample(records: QuerySet[Any], *, seconds: int = SECONDS) -> list[Any]:
    """The newest few records; TakesTooLong when they are not found in time."""
    with limited(seconds):
        return list(records.order_by("-pk")[:SAMPLE])
