"""SOQL's string literals: their escapes, and what LIKE makes of them."""

import re

from integrations.sandbox.errors import malformed_query

ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
PLAIN = frozenset("\\'\"%_")


def text(raw: str) -> str:
    """The string that a literal stands for. Raises ApiError MALFORMED_QUERY."""
    return ESCAPE.sub(lambda match: _decode(match[1]), raw)


def like_pattern(raw: str) -> str:
    """The same for LIKE: `%` and `_` match anything unless escaped, as in SQL with ESCAPE '\\'."""
    return ESCAPE.sub(lambda match: match[0] if match[1] in "%_\\" else _decode(match[1]), raw)


def _decode(escape: str) -> str:
    if escape in PLAIN:
        return escape
    if escape.lower() in CONTROLS:
        return CONTROLS[escape.lower()]
    if len(escape) > 1:
        return chr(int(escape[1:], 16))
    raise malformed_query(f"Illegal character sequence '\\{escape}' in string literal")
