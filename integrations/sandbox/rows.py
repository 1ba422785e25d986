"""Rows of SQLite as Salesforce's JSON records."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from integrations.sandbox.schema import Field, SObject
from integrations.sandbox.soql import Column, Plan
from integrations.sandbox.timestamps import rest

ADDRESS_PARTS = {
    "City": "city",
    "Country": "country",
    "GeocodeAccuracy": "geocodeAccuracy",
    "Latitude": "latitude",
    "Longitude": "longitude",
    "PostalCode": "postalCode",
    "State": "state",
    "Street": "street",
}
Row = Sequence[Any]
Getter = Callable[[Row], Any]


def select_list(plan: Plan) -> list[str]:
    """The SQL expressions that `records` needs, in its order: parents' ids first, then the columns."""
    if plan.kind == "aggregate":
        return [column.sql for column in plan.columns]
    ids = [f"{table}.Id" for table, _ in _selected_parents(plan).values()]
    return ids + [sql for column in plan.columns for sql in _expressions(plan, column)]


def records(plan: Plan, rows: Iterable[Row], *, base: str) -> Iterator[dict[str, Any]]:
    """The rows as records with `attributes`, parents nested. `base` is `/services/data/vXX.X`."""
    if plan.kind == "aggregate":
        yield from _aggregates(plan, rows)
        return
    parents = _selected_parents(plan)
    places = {path: place for place, path in enumerate(parents)}
    getters = list(_getters(plan, start=len(parents)))
    for row in rows:
        record: dict[str, Any] = {"attributes": _attributes(plan.sobject, row[0], base)}
        for path, get in getters:
            _put(record, path, get(row), row, places, parents, base)
        yield record


def _aggregates(plan: Plan, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    converters = [converter(column.field) for column in plan.columns]
    for row in rows:
        record: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        for column, convert, value in zip(plan.columns, converters, row, strict=True):
            record[column.path[-1]] = None if value is None else convert(value)
        yield record


def _selected_parents(plan: Plan) -> dict[tuple[str, ...], tuple[str, SObject]]:
    """The record itself, then every parent that a column passes through."""
    used = {column.path[:depth] for column in plan.columns for depth in range(len(column.path))}
    return {path: parent for path, parent in plan.parents.items() if path in used or not path}


def _put(
    record: dict[str, Any],
    path: tuple[str, ...],
    value: Any,
    row: Row,
    places: dict[tuple[str, ...], int],
    parents: dict[tuple[str, ...], tuple[str, SObject]],
    base: str,
) -> None:
    for depth in range(1, len(path)):
        at = path[:depth]
        parent_id = row[places[at]]
        if parent_id is None:
            record[at[-1]] = None
            return
        record = record.setdefault(at[-1], {"attributes": _attributes(parents[at][1], parent_id, base)})
    record[path[-1]] = value


def _attributes(sobject: SObject, record_id: str, base: str) -> dict[str, str]:
    return {"type": sobject.name, "url": f"{base}/sobjects/{sobject.name}/{record_id}"}


def _expressions(plan: Plan, column: Column) -> list[str]:
    if column.field is None or column.field.type != "address":
        return [column.sql]
    return [f'{column.table}."{part.name}"' for part in _parts(plan, column)]


def _parts(plan: Plan, column: Column) -> list[Field]:
    return plan.parents[column.path[:-1]][1].parts(column.path[-1])


def _getters(plan: Plan, *, start: int) -> Iterator[tuple[tuple[str, ...], Getter]]:
    for column in plan.columns:
        if column.field is not None and column.field.type == "address":
            parts = _parts(plan, column)
            yield column.path, _address(parts, prefix=column.path[-1].removesuffix("Address"), start=start)
            start += len(parts)
        else:
            yield column.path, _plain(converter(column.field), start)
            start += 1


def _plain(convert: Callable[[Any], Any], place: int) -> Getter:
    return lambda row: None if row[place] is None else convert(row[place])


def _address(parts: list[Field], *, prefix: str, start: int) -> Getter:
    names = [ADDRESS_PARTS[part.name.removeprefix(prefix)] for part in parts]

    def get(row: Row) -> dict[str, Any] | None:
        address = dict(sorted(zip(names, row[start : start + len(names)], strict=True)))
        return address if any(value is not None for value in address.values()) else None

    return get


def converter(field: Field | None) -> Callable[[Any], Any]:
    """What turns a stored value of the field into its JSON value."""
    kind = "" if field is None else field.type
    return CONVERTERS.get(kind, _same)


def _same(value: Any) -> Any:
    return value


CONVERTERS: dict[str, Callable[[Any], Any]] = {"boolean": bool, "datetime": rest}
