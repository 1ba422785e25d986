"""A translated query: SQL for SQLite, and what each column of its answer is."""

from dataclasses import dataclass, field
from typing import Literal

from integrations.sandbox.schema import Field, SObject

PlanKind = Literal["rows", "count", "aggregate"]
SqlValue = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One value of the answer: a field reached by a path, or an aggregate (no field)."""

    path: tuple[str, ...]
    field: Field | None
    sql: str
    table: str = ""


@dataclass(slots=True)
class Plan:
    """What to run: `SELECT … body` with `params`.

    `parents` names the table of each relationship that the columns pass through: the empty path is the
    record itself, ("Account",) its account.
    """

    sobject: SObject
    columns: list[Column]
    body: str
    params: list[SqlValue]
    kind: PlanKind
    parents: dict[tuple[str, ...], tuple[str, SObject]] = field(default_factory=dict)
