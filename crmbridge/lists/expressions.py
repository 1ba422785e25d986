"""The value of a property as an expression of a query: a column, or a key of the bag in the property's type.

What the bag holds may have been written past all forms: a value of another type is no number and no day, and no error.
"""

import json
from typing import Any

from django.db.models import Case, DateTimeField, F, Func, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Collate, Left, Lower
from django.db.models.lookups import Exact, Regex

from crmbridge.lists.catalogue import KnownProperty
from crmbridge.properties.casts import MOMENT
from crmbridge.properties.fields import NumberProperty
from crmbridge.properties.types import PropertyType

_NUMBER = r"^-?[0-9]{1,200}(\.[0-9]{1,200})?$"
_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"


def text(known: KnownProperty, prefix: str) -> Any:
    """The value of a column in its own type, or of the bag as text; null when there is none."""
    if known.column:
        return F(prefix + known.column)
    return KeyTextTransform(known.name, f"{prefix}properties")


def number(known: KnownProperty, prefix: str) -> Any:
    """The value as a number."""
    if known.column:
        return F(prefix + known.column)
    kind = Func(
        KeyTransform(known.name, f"{prefix}properties"), function="jsonb_typeof", output_field=TextField()
    )
    return Case(
        When(Exact(kind, Value("number")), then=Cast(text(known, prefix), NumberProperty())),
        output_field=NumberProperty(),
    )


def number_in(value: Any) -> Any:
    """Text as a number."""
    return Case(
        When(Regex(value, _NUMBER), then=Cast(value, NumberProperty())), output_field=NumberProperty()
    )


def day_or_moment(known: KnownProperty, prefix: str) -> Any:
    """The value as something that days can be compared with; days in the bag are compared as they are written."""
    value = text(known, prefix)
    if known.column:
        return value
    if known.type == PropertyType.DATETIME:
        return Case(
            When(Regex(value, MOMENT), then=Cast(value, DateTimeField())), output_field=DateTimeField()
        )
    day = Collate(Left(value, 10), "C")
    return Case(When(Regex(value, _DAY), then=day), output_field=TextField())


def lowered(value: Any) -> Any:
    """Text in small letters, as the indexes on names and addresses hold it."""
    return Lower(value, output_field=TextField())


def lower(given: str) -> Any:
    """A given text in small letters; the database makes them of all but plain letters, as it does of its own."""
    return given.lower() if given.isascii() else lowered(Value(given))


def as_json(given: str) -> str:
    """A text as a part of JSON that the database wrote."""
    return json.dumps(given, ensure_ascii=False)
