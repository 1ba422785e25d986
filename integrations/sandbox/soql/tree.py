"""A parsed query as plain values."""

from dataclasses import dataclass
from typing import Literal as OneOf


@dataclass(frozen=True, slots=True)
class Path:
    """A field, reached through relationships: `Account.Owner.Name`."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a field, or of nothing: `COUNT()`, `MAX(CreatedDate)`, `FIELDS(ALL)`."""

    function: str
    path: Path | None


Operand = Path | Call


@dataclass(frozen=True, slots=True)
class Item:
    """One expression of the SELECT list."""

    operand: Operand
    alias: str | None


@dataclass(frozen=True, slots=True)
class Child:
    """A parent-to-child subquery of the SELECT list."""

    query: "Query"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written; `word` is true, false, null or a date literal."""

    kind: OneOf["string", "number", "date", "datetime", "word"]
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`operand operator value`; the operator LIKE is one of them."""

    operand: Operand
    operator: str
    value: Literal


@dataclass(frozen=True, slots=True)
class Membership:
    """`IN`, `INCLUDES` and their opposites, on written values."""

    operand: Operand
    kind: OneOf["in", "includes"]
    values: tuple[Literal, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class SemiJoin:
    """`IN (SELECT …)` and its opposite."""

    operand: Operand
    query: "Query"
    negated: bool


@dataclass(frozen=True, slots=True)
class Negation:
    """`NOT condition`."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by AND or by OR, never both."""

    word: OneOf["AND", "OR"]
    conditions: tuple["Condition", ...]


Condition = Comparison | Membership | SemiJoin | Negation | Junction


@dataclass(frozen=True, slots=True)
class Ordering:
    """One expression of ORDER BY."""

    operand: Operand
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole SELECT."""

    select: tuple[Item | Child, ...]
    sobject: str
    alias: str | None
    where: Condition | None
    group: tuple[Path, ...]
    having: Condition | None
    order: tuple[Ordering, ...]
    limit: int | None
    offset: int | None
