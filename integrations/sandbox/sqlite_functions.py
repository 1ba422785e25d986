"""What SQLite learns from us: comparison without case, and numbers as Java writes them."""

import sqlite3
from decimal import Decimal

PLAIN_DOUBLE = (1e-3, 1e7)


def java_double(number: float) -> str:
    """The number as Salesforce's CSV writes it: `1.39E8`, `0.0`, `12.5`."""
    size = abs(number)
    if size == 0 or PLAIN_DOUBLE[0] <= size < PLAIN_DOUBLE[1]:
        return repr(float(number))
    sign, digits, exponent = Decimal(repr(float(number))).normalize().as_tuple()
    first, rest = digits[0], "".join(map(str, digits[1:])) or "0"
    return f"{'-' if sign else ''}{first}.{rest}E{int(exponent) + len(digits) - 1}"


def _casefold(text: str | float | None) -> str | float | None:
    return text.casefold() if isinstance(text, str) else text


def _collate(left: str, right: str) -> int:
    left, right = left.casefold(), right.casefold()
    return (left > right) - (left < right)


def install(connection: sqlite3.Connection) -> None:
    """Gives a connection the collation SALESFORCE and the functions casefold and java_double."""
    connection.create_collation("SALESFORCE", _collate)
    connection.create_function("casefold", 1, _casefold, deterministic=True)
    connection.create_function("java_double", 1, java_double, deterministic=True)
