"""Builds SOQL, Salesforce's query language, out of checked names and quoted values."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

Value = str | bool | int | Decimal | date | datetime | None

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_SELECT_LIST = re.compile(r"\s*SELECT\s+(.*?)\s+FROM\s", re.IGNORECASE | re.DOTALL)
_ESCAPES = str.maketrans(
    {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"}
)
# %27 + 18 characters + %27 + %2C: what one quoted id takes up in an address.
_ENCODED_ID_LENGTH = 27


def quote(value: Value) -> str:
    """The SOQL literal of a value. A datetime is given in UTC to the millisecond; a naive one is refused."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value.translate(_ESCAPES)}'"
        case datetime():
            return _moment(value)
        case date():
            return value.isoformat()
        case Decimal():
            return _number(value)
        case int():
            return str(value)


def select(*, fields: Sequence[str], sobject: str, where: Sequence[str] = ()) -> str:
    """A query for these fields, with all of the conditions applied."""
    names = ", ".join(_name(field) for field in fields)
    conditions = f" WHERE {' AND '.join(where)}" if where else ""
    return f"SELECT {names} FROM {_name(sobject)}{conditions}"  # noqa: S608 (names are checked)


def selected(soql: str) -> tuple[str, ...]:
    """The fields that a query made by `select` asks for, in their order."""
    found = _SELECT_LIST.match(soql)
    if found is None:
        raise ValueError("Not a SELECT … FROM … query.")
    return tuple(name.strip() for name in found[1].split(","))


def up_to(field: str, moment: datetime) -> str:
    """The condition that a field is not later than a moment."""
    return f"{_name(field)} <= {quote(moment)}"


def equals(field: str, value: Value) -> str:
    """The condition that a field has a value. Salesforce compares text without regard to case."""
    return f"{_name(field)} = {quote(value)}"


def contains(field: str, text: str) -> str:
    """The condition that a text field contains the text, whatever its case."""
    escaped = re.sub(r"([%_])", r"\\\1", text.translate(_ESCAPES))
    return f"{_name(field)} LIKE '%{escaped}%'"


def in_(field: str, values: Iterable[Value]) -> str:
    """The condition that a field has one of the values, of which there must be at least one."""
    literals = ",".join(quote(value) for value in values)
    if not literals:
        raise ValueError("IN needs at least one value.")
    return f"{_name(field)} IN ({literals})"


def semi_join(field: str, inner_select: str) -> str:
    """The condition that a field is among the results of another query.

    Salesforce allows two of them a query, and only at the top level of WHERE, as `select` writes them.
    """
    return f"{_name(field)} IN ({inner_select})"


def id_chunks(ids: Iterable[str], *, limit: int = 600, max_length: int = 10_000) -> Iterator[list[str]]:
    """The ids in lists for `in_`: at most `limit` ids, and `max_length` bytes once they stand in an address.

    Salesforce refuses an address longer than 16,384 bytes together with the headers; the default leaves room
    for the rest of the query and for a long access token.
    """
    size = max(1, min(limit, max_length // _ENCODED_ID_LENGTH))
    remaining = iter(ids)
    while chunk := list(islice(remaining, size)):
        yield chunk


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a Salesforce field or object.")
    return name


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("A datetime without a time zone names no moment.")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("SOQL has no literal for infinity or not-a-number.")
    return f"{value:f}"
