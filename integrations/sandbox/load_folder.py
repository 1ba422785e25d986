"""Fills the org from a folder of CSV files named after objects."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from integrations.sandbox import timestamps, values
from integrations.sandbox.schema import Field, Schema, SObject
from integrations.sandbox.soql.plan import SqlValue
from integrations.sandbox.store import Store
from integrations.sandbox.tables import is_computed

OTHER_PREFIX = 800
TEXT_LENGTH = 255
FIELD_LIMIT = 10_000_000
STAMPS = ("CreatedDate", "LastModifiedDate", "SystemModstamp")


def objects_in(folder: Path, *, known: Sequence[SObject]) -> list[SObject]:
    """The known objects, widened by the columns of their files, and one object for every other file."""
    by_name = {sobject.name: sobject for sobject in known}
    types = {field.name: field for sobject in known for field in sobject}
    for number, path in enumerate(sorted(folder.glob("*.csv"))):
        header = _header(path)
        base = by_name.get(path.stem) or _new_object(path.stem, prefix=str(OTHER_PREFIX + number))
        by_name[base.name] = _widened(base, header, types)
    return list(by_name.values())


def load(folder: Path, *, schema: Schema, store: Store) -> None:
    """Stores every row of every file."""
    for path in sorted(folder.glob("*.csv")):
        sobject = schema.objects[path.stem]
        names = [name for name in _header(path) if _is_stored(sobject, name)]
        stamps = [name for name in STAMPS if name in sobject.fields and name not in names]
        store.fill(sobject.name, [*names, *stamps], _rows(path, sobject, names, stamps))


def _is_stored(sobject: SObject, name: str) -> bool:
    return sobject.fields[name].type != "address" and not is_computed(sobject.name, name)


def _rows(
    path: Path, sobject: SObject, names: list[str], stamps: list[str]
) -> Iterator[tuple[SqlValue, ...]]:
    fields, loaded = [sobject.fields[name] for name in names], timestamps.before_now(days=1)
    for line in _lines(path):
        row = tuple(values.from_text(field, line[field.name]) for field in fields)
        yield row + (loaded,) * len(stamps)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(FIELD_LIMIT)
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, restval="")


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _new_object(name: str, *, prefix: str) -> SObject:
    label = name.removesuffix("__c").replace("_", " ")
    return SObject.of(name=name, label=label, plural=f"{label}s", prefix=prefix, fields=[])


def _widened(sobject: SObject, header: list[str], types: dict[str, Field]) -> SObject:
    added = [types.get(name) or _text_field(name) for name in header if name not in sobject.fields]
    return SObject.of(
        name=sobject.name,
        label=sobject.label,
        plural=sobject.plural,
        prefix=sobject.prefix,
        fields=[*sobject, *added],
    )


def _text_field(name: str) -> Field:
    label = name.removesuffix("__c").replace("_", " ")
    flags = frozenset(("create", "update", "nillable", "permissionable"))
    return Field(name=name, label=label, type="string", length=TEXT_LENGTH, flags=flags)
