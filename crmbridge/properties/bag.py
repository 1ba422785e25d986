"""The bag of custom properties: read with all digits, written key by key."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F, Func, TextField, Value
from django.db.models.expressions import Combinable


class ExactDecoder(json.JSONDecoder):
    """Reads numbers with a point as Decimal, which keeps their digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


class ExactEncoder(json.JSONEncoder):
    """Writes Decimal as a number; `changed` keeps more digits than a whole bag can."""

    def default(self, o: Any) -> Any:
        """A number of Python's own kind."""
        return float(o) if isinstance(o, Decimal) else super().default(o)


def changed(values: Mapping[str, Any]) -> Combinable:
    """The bag with these keys set, or taken out where the value is None; all other keys stay as they are now.

    An expression for an UPDATE, so that what others write to the bag meanwhile is not lost.
    """
    bag: Combinable = F("properties")
    gone = [name for name, value in values.items() if value is None]
    kept = {name: value for name, value in values.items() if value is not None}
    if gone:
        names = Value("{" + ",".join(gone) + "}", output_field=TextField())
        bag = Func(bag, names, arg_joiner=" - ", template="(%(expressions)s::text[])")
    if kept:
        added = Value(_json(kept), output_field=TextField())
        bag = Func(bag, added, arg_joiner=" || ", template="(%(expressions)s::jsonb)")
    return bag


def _json(values: Mapping[str, Any]) -> str:
    pairs = (f"{json.dumps(name)}: {_digits(value)}" for name, value in values.items())
    return "{" + ", ".join(pairs) + "}"


def _digits(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value)
