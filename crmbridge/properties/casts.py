"""Text as SQL values of a property's type; null where it does not fit, never an error.

Guards are patterns and not trial conversions: PostgreSQL 15 has no `pg_input_is_valid`, and an error in one row
would stop all of them. They say [0-9] and not the class of digits, which has those of other scripts; lookaheads
would make them fourteen times slower.
"""

from psycopg import sql

from crmbridge.properties.types import PropertyType

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
# A moment as records and forms write it, with any offset.
MOMENT = (
    rf"^{_DAY}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{{1,6}})?)?"
    r"(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?$"
)
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


def typed(type: str, value: sql.Composable) -> sql.Composed:
    """The text as a value of the type; null if it does not fit."""
    return sql.SQL(_CASTS[PropertyType(type)]).format(
        value=value, number=sql.Literal(_NUMBER), date=sql.Literal(_DATE)
    )
