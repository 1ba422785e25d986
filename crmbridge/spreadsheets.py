"""Cells that a spreadsheet shows and never runs."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain_cell(value: str) -> str:
    """The value without the apostrophe that `safe_cell` put before it."""
    return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA_STARTS) else value


def safe_cell(value: str) -> str:
    """The value, with an apostrophe before it if a spreadsheet would take it for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
