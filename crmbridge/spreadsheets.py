"""Workbooks, and cells that a spreadsheet shows and never runs."""

import io
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from crmbridge.errors import Refused

# What a cell can hold: openpyxl would cut longer texts in silence, and a spreadsheet rounds longer numbers.
LONGEST_TEXT, MOST_DIGITS = 32_767, 15
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain_cell(value: str) -> str:
    """The value without the apostrophe that `safe_cell` put before it."""
    return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA_STARTS) else value


def safe_cell(value: str) -> str:
    """The value, with an apostrophe before it if a spreadsheet would take it for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def workbook(
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
    numbers: Collection[int] = (),
    beat: Callable[[], object] = lambda: None,
) -> bytes:
    """The rows as a workbook, the first of them the names of the columns; `beat` is called for each row.

    Every cell is text, so that a spreadsheet does not read telephone numbers as sums, but those of the columns
    `numbers` (counted from 0). Refused when a text is longer than a cell can hold.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    try:
        for place, row in enumerate(rows):
            beat()
            is_head = place == 0
            sheet.append(
                [_cell(sheet, value, is_number=not is_head and at in numbers) for at, value in enumerate(row)]
            )
    except Refused:
        sheet.close()
        raise
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(sheet: Any, value: Any, *, is_number: bool) -> Any:
    if value in (None, ""):
        return None
    if is_number and (number := _number(value)) is not None:
        return number
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    if len(text) > LONGEST_TEXT:
        told = _("A value is longer than the %(most)s characters that a cell of a workbook holds.")
        raise Refused(told % {"most": f"{LONGEST_TEXT:,}"}, _("Export CSV."))
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # a text like #N/A or =1+1 is a text
    return cell


def _number(value: Any) -> Decimal | None:
    """The value as a number that a spreadsheet keeps to the last digit, if it is one."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and len(number.as_tuple().digits) <= MOST_DIGITS else None
