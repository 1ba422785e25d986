"""Salesforce's text as SQL values of the property's type; null where it does not fit, never an error.

Guards are patterns and not trial conversions: PostgreSQL 15 has no `pg_input_is_valid`, and an error in one row
would stop the whole page. They say [0-9] and not the class of digits, which has those of other scripts; lookaheads
would make them fourteen times slower.
"""

from psycopg import sql

from crmbridge.properties.types import PropertyType
from integrations.mapping.mapped_field import MappedField

# The Bulk API writes 5.0E7.
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
_YEAR = "[0-9]{4}"
_LEAP_YEAR = r"([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAY = (
    rf"({_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    rf"|{_YEAR}-(0[13-9]|1[0-2])-(29|30)"
    rf"|{_YEAR}-(0[13578]|1[02])-31"
    rf"|{_LEAP_YEAR}-02-29)"
)
# Always UTC, as Salesforce writes it: an offset could reach a year that Python cannot hold.
_TIME = r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-]00:?00)"
_DATE = rf"^{_DAY}({_TIME})?$"

_TEXT = "{value}"
_CASTS = {
    PropertyType.TEXT: _TEXT,
    PropertyType.LONG_TEXT: _TEXT,
    PropertyType.CHOICE: _TEXT,
    PropertyType.NUMBER: (
        # `numeric` ends at 131,072 digits.
        "CASE WHEN length({value}) < 256 AND {value} ~ {number} THEN {value}::numeric END"
    ),
    PropertyType.DATE: "CASE WHEN {value} ~ {date} AND left({value}, 4) <> '0000' THEN left({value}, 10)::date END",
    PropertyType.DATETIME: (
        "CASE WHEN {value} ~ {date} AND left({value}, 4) <> '0000' THEN"
        " (CASE length({value}) WHEN 10 THEN {value} || 'T00:00:00Z' ELSE {value} END)::timestamptz END"
    ),
    PropertyType.YES_NO: (
        "CASE lower({value}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END"
    ),
    PropertyType.MULTIPLE_CHOICE: "to_jsonb(string_to_array({value}, ';'))",
}
# Without scheme, user, "www." and all that follows the host; something with a dot, to tell it from "n/a".
_HOST = r"^\s*(?:[a-z][a-z0-9+.-]*://)?(?:[^/?#@\s]*@)?(?:www\.)?((?:[^/:?#@\s.]+\.)+[^/:?#@\s.]{2,})\.?(?:[/:?#\s]|$)"
_DOMAIN = 'substring(lower({value} COLLATE "default") from {host})'


def cast(mapped: MappedField, value: sql.Composable) -> sql.Composed:
    """The value as the property's column holds it, or as the bag of custom properties does; null if it does not fit."""
    typed = _typed(mapped, value)
    if mapped.longest is not None:
        typed = sql.SQL("CASE WHEN length({value}) <= {longest} THEN {typed} END").format(
            value=value, longest=sql.Literal(mapped.longest), typed=typed
        )
    return typed if mapped.is_column else sql.SQL("to_jsonb({})").format(typed)


def _typed(mapped: MappedField, value: sql.Composable) -> sql.Composed:
    template = _DOMAIN if mapped.derive == "domain" else _CASTS[PropertyType(mapped.type)]
    return sql.SQL(template).format(
        value=value, number=sql.Literal(_NUMBER), date=sql.Literal(_DATE), host=sql.Literal(_HOST)
    )
