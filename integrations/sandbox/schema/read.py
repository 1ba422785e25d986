"""Reads the schema's data files: one CSV an object, one line a field.

`size` is a length, or precision and scale as `18.2`; `flags` are the letters below; `values` are those of
a picklist with `|` between them, `*` before the default, and `=label` behind one that is shown as another.
"""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from integrations.sandbox.schema.model import Field, SObject

FOLDER = files(__package__) / "objects"
FLAGS = {
    "c": "create",
    "u": "update",
    "n": "nillable",
    "d": "defaulted",
    "p": "permissionable",
    "i": "id_lookup",
    "N": "name",
    "r": "restricted",
    "P": "polymorphic",
    "s": "prefilterable",
    "x": "external_id",
    "q": "unique",
    "f": "formula",
    "-": "no_filter",
}
INT_DIGITS = 8


@cache
def read_objects() -> tuple[SObject, ...]:
    """Every built-in object."""
    return tuple(
        SObject.of(
            name=row["name"],
            label=row["label"],
            plural=row["plural"],
            prefix=row["prefix"],
            fields=[_field(line) for line in _lines(row["name"])],
        )
        for row in _lines("_objects")
    )


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _field(line: dict[str, str]) -> Field:
    length, precision, scale = _size(line["type"], line["size"])
    choices = [choice for choice in line["values"].split("|") if choice]
    pairs = [choice.removeprefix("*").partition("=") for choice in choices]
    return Field(
        name=line["name"],
        label=line["label"],
        type=line["type"],
        length=length,
        precision=precision,
        scale=scale,
        flags=frozenset(FLAGS[letter] for letter in line["flags"]),
        compound=line["compound"],
        references=tuple(name for name in line["references"].split("|") if name),
        relationship=line["relationship"],
        values=tuple(value for value, _, _ in pairs),
        labels=tuple(label or value for value, _, label in pairs),
        default=next((choice[1:] for choice in choices if choice.startswith("*")), ""),
        hint=line["hint"],
    )


def _size(kind: str, size: str) -> tuple[int, int, int]:
    if "." in size:
        precision, scale = size.split(".")
        return 0, int(precision), int(scale)
    if kind in ("id", "reference"):
        return 18, 0, 0
    return int(size or 0), 0, 0
