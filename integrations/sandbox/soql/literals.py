"""Written values, checked against the type of the field that they are compared with."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import NoReturn

from integrations.sandbox import ids
from integrations.sandbox.errors import invalid_field, malformed_query
from integrations.sandbox.schema import Field
from integrations.sandbox.schema.model import FLOAT_TYPES, ID_TYPES
from integrations.sandbox.soql import dates, strings, tree
from integrations.sandbox.soql.plan import SqlValue
from integrations.sandbox.timestamps import stored

BOOLEANS = {"TRUE": 1, "FALSE": 0}


def is_null(literal: tree.Literal) -> bool:
    """Whether the literal means no value: null, or the empty string, which Salesforce stores as null."""
    return literal == tree.Literal("word", "NULL") or literal == tree.Literal("string", "")


def value(literal: tree.Literal, field: Field) -> SqlValue:
    """The stored form of a literal for a field. Raises ApiError INVALID_FIELD when the types differ."""
    return CONVERTERS.get(field.type, _string)(literal, field)


def date_span(literal: tree.Literal, field: Field) -> tuple[str, str] | None:
    """First and past-the-end stored form of a date literal such as TODAY; None for any other literal."""
    if literal.kind != "word" or field.type not in ("date", "datetime"):
        return None
    span = dates.span(literal.text, today=datetime.now(UTC).date())
    if span is None:
        return None
    first, past = (_day(day, field) for day in span)
    return first, past


def _day(day: date, field: Field) -> str:
    return day.isoformat() if field.type == "date" else stored(datetime.combine(day, datetime.min.time()))


def _string(literal: tree.Literal, field: Field) -> SqlValue:
    if literal.kind != "string":
        _wrong(field, "string and should be enclosed in quotes")
    return strings.text(literal.text)


def _id(literal: tree.Literal, field: Field) -> SqlValue:
    text = str(_string(literal, field))
    if not ids.is_id(text):
        raise malformed_query(f"invalid ID field: {text}")
    return ids.to_18(text)


def _number(literal: tree.Literal, field: Field) -> SqlValue:
    if literal.kind != "number":
        _wrong(field, f"{'int' if field.type == 'int' else 'double'} and should not be enclosed in quotes")
    return float(literal.text)


def _boolean(literal: tree.Literal, field: Field) -> SqlValue:
    if literal.kind != "word" or literal.text not in BOOLEANS:
        _wrong(field, "boolean and should not be enclosed in quotes")
    return BOOLEANS[literal.text]


def _date(literal: tree.Literal, field: Field) -> SqlValue:
    if literal.kind != "date":
        _wrong(field, "date and should not be enclosed in quotes")
    return _checked(literal).date().isoformat()


def _datetime(literal: tree.Literal, field: Field) -> SqlValue:
    if literal.kind != "datetime":
        _wrong(field, "dateTime and should not be enclosed in quotes")
    moment = _checked(literal)
    return f"{stored(moment)[:-4]}{moment.microsecond // 1000:03}Z"


def _checked(literal: tree.Literal) -> datetime:
    try:
        return datetime.fromisoformat(literal.text.upper())
    except ValueError:
        raise malformed_query(f"Invalid date: {literal.text}") from None


def _wrong(field: Field, wanted: str) -> NoReturn:
    raise invalid_field(f"value of filter criterion for field '{field.name}' must be of type {wanted}")


CONVERTERS: dict[str, Callable[[tree.Literal, Field], SqlValue]] = {
    "boolean": _boolean,
    "int": _number,
    "date": _date,
    "datetime": _datetime,
    **dict.fromkeys(FLOAT_TYPES, _number),
    **dict.fromkeys(ID_TYPES, _id),
}
