"""The value of a property as an expression of a query: a column, or a key of the bag in the property's type.

What the bag holds may have been written past all forms: a value of another type is no number and no day, and no error.
"""

import json
from typing import Any

from django.db.models import Case, DateTimeField, F, Func, Q, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Collate, Left, Lower
from django.db.models.lookups import Exact, Regex, StartsWith

from crmbridge.lists.filters.catalogue import KnownProperty
from crmbridge.properties.casts import MOMENT
from crmbridge.properties.fields import NumberProperty
from crmbridge.properties.types import PropertyType

_NUMBER = r"^-?[0-9]{1,200}(\.[0-9]{1,200})?$"
_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"


def value(known: KnownProperty, prefix: str) -> Any:
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
        When(Exact(kind, Value("number")), then=Cast(value(known, prefix), NumberProperty())),
        output_field=NumberProperty(),
    )


def number_in(text: Any) -> Any:
    """Text as a number."""
    return Case(When(Regex(text, _NUMBER), then=Cast(text, NumberProperty())), output_field=NumberProperty())


def day_or_moment(known: KnownProperty, prefix: str) -> Any:
    """The value as something that days can be compared with; days in the bag are compared as they are written."""
    held = value(known, prefix)
    if known.column:
        return held
    if known.type == PropertyType.DATETIME:
        is_moment = Q(Regex(held, MOMENT)) & ~Q(StartsWith(held, "0000"))  # there is no such year
        return Case(When(is_moment, then=Cast(held, DateTimeField())), output_field=DateTimeField())
    day = Collate(Left(held, 10), "C")
    return Case(When(Regex(held, _DAY), then=day), output_field=TextField())


def in_small_letters(text: Any) -> Any:
    """Text in small letters, as the indexes on names and addresses hold it."""
    return Lower(text, output_field=TextField())


def small(given: str) -> Any:
    """A given text in small letters; the database makes them of all but plain letters, as it does of its own."""
    return given.lower() if given.isascii() else in_small_letters(Value(given))


def as_json(given: str) -> str:
    """A text as a part of JSON that the database wrote."""
    return json.dumps(given, ensure_ascii=False)
