"""Fills a new org with its records, from files or from a seed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from integrations.sandbox import load_folder
from integrations.sandbox.generate import generate
from integrations.sandbox.generate.system import organization, users
from integrations.sandbox.generate.world import Record
from integrations.sandbox.schema import Schema
from integrations.sandbox.schema.read import read_objects
from integrations.sandbox.soql.plan import SqlValue
from integrations.sandbox.store import Store


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records come from: a folder of CSV files, or sizes and a seed."""

    folder: Path | None
    sizes: dict[str, int]
    seed: int


def fill(store: Store, source: Source, *, username: str, org_id: str) -> Schema:
    """Makes the tables, stores the records, and returns what objects there are."""
    builtin = read_objects()
    objects = load_folder.objects_in(source.folder, known=builtin) if source.folder else builtin
    schema = Schema(objects)
    for sobject in objects:
        store.create(sobject)
    if source.folder:
        load_folder.load(source.folder, schema=schema, store=store)
    else:
        for name, records in generate(schema, sizes=source.sizes, seed=source.seed):
            store_records(store, name, records)
    _add_missing(store, "User", users(username=username))
    _add_missing(store, "Organization", [organization(org_id=org_id)])
    return schema


def store_records(store: Store, name: str, records: Iterable[Record]) -> None:
    """Adds records that all have the same fields in the same order."""
    rest = iter(records)
    first = next(rest, None)
    if first is not None:
        store.fill(name, list(first), _rows(first, rest))


def _rows(first: Record, rest: Iterator[Record]) -> Iterator[tuple[SqlValue, ...]]:
    yield tuple(first.values())
    for record in rest:
        yield tuple(record.values())


def _add_missing(store: Store, name: str, records: list[Record]) -> None:
    if not store.rows(f'SELECT 1 FROM "{name}" LIMIT 1'):  # noqa: S608
        store_records(store, name, records)
