"""Values from outside, CSV text or JSON, as the org stores them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from integrations.sandbox import ids, timestamps
from integrations.sandbox.schema import Field
from integrations.sandbox.schema.model import FLOAT_TYPES
from integrations.sandbox.soql.plan import SqlValue

TRUE = frozenset(("true", "1", "yes"))


def from_text(field: Field, text: str) -> SqlValue:
    """The stored form of a CSV value; empty is null. Raises ValueError."""
    if text == "":
        return 0 if field.type == "boolean" else None
    return READERS.get(field.type, str)(text)


def from_json(field: Field, value: Any) -> SqlValue:
    """The stored form of a JSON value. Raises ValueError when its type does not fit."""
    if value is None or value == "":
        return 0 if field.type == "boolean" else None
    if field.type == "boolean" and isinstance(value, bool):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"Cannot deserialize instance of {field.type} from {value!r}")
    return from_text(field, str(value))


def _whole_number(text: str) -> int:
    number = float(text)
    if number != int(number):
        raise ValueError(f"not a whole number: {text}")
    return int(number)


def _date(text: str) -> str:
    return date.fromisoformat(text[:10]).isoformat()


READERS: dict[str, Callable[[str], SqlValue]] = {
    "boolean": lambda text: int(text.lower() in TRUE),
    "int": _whole_number,
    "date": _date,
    "datetime": timestamps.parse,
    "id": ids.to_18,
    "reference": ids.to_18,
    **dict.fromkeys(FLOAT_TYPES, float),
}
