"""Salesforce's text as SQL values of the property's type; null where it does not fit, never an error.

Guards are patterns and not trial conversions: PostgreSQL 15 has no `pg_input_is_valid`, and an error in one row
would stop the whole page.
"""

from psycopg import sql

from crmbridge.properties.types import PropertyType
from integrations.mapping.mapped_field import MappedField

_NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*$"
_YEAR = r"(?!0000)\d{4}"
_LEAP_YEAR = r"(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAY = (
    rf"({_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"
    rf"|{_YEAR}-(0[13-9]|1[0-2])-(29|30)"
    rf"|{_YEAR}-(0[13578]|1[02])-31"
    rf"|(?!0000){_LEAP_YEAR}-02-29)"
)
_DATE = rf"^{_DAY}"
_DATETIME = rf"^{_DAY}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$"

_TEXT = "{value}"
_CASTS = {
    PropertyType.TEXT: _TEXT,
    PropertyType.LONG_TEXT: _TEXT,
    PropertyType.CHOICE: _TEXT,
    PropertyType.NUMBER: "CASE WHEN {value} ~ {number} THEN {value}::numeric END",
    PropertyType.DATE: "CASE WHEN {value} ~ {date} THEN left({value}, 10)::date END",
    PropertyType.DATETIME: (
        "CASE WHEN {value} ~ {datetime} THEN {value}::timestamptz"
        " WHEN {value} ~ {date} AND length({value}) = 10 THEN ({value} || 'T00:00:00Z')::timestamptz END"
    ),
    PropertyType.YES_NO: (
        "CASE lower({value}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END"
    ),
    PropertyType.MULTIPLE_CHOICE: "to_jsonb(string_to_array({value}, ';'))",
}
_DOMAIN = r"NULLIF(lower(substring({value} from '^\s*(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:www\.)?([^/:?#@\s]+\.[^/:?#@\s]+)')), '')"


def cast(mapped: MappedField, value: sql.Composable) -> sql.Composed:
    """The value as the property's column holds it, or as the bag of custom properties does; null if it does not fit."""
    typed = _typed(mapped, value)
    if mapped.max_length is not None:
        typed = sql.SQL("CASE WHEN length({value}) <= {longest} THEN {typed} END").format(
            value=value, longest=sql.Literal(mapped.max_length), typed=typed
        )
    return typed if mapped.is_column else sql.SQL("to_jsonb({})").format(typed)


def _typed(mapped: MappedField, value: sql.Composable) -> sql.Composed:
    template = _DOMAIN if mapped.derive == "domain" else _CASTS[PropertyType(mapped.type)]
    return sql.SQL(template).format(
        value=value, number=sql.Literal(_NUMBER), date=sql.Literal(_DATE), datetime=sql.Literal(_DATETIME)
    )
