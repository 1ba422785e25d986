"""Files of people as tables of text: CSV in the encodings that people have, and Excel workbooks."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from crmbridge.csv_stream import BYTE_ORDER_MARK
from crmbridge.spreadsheets import plain_cell

MOST_BYTES = 30 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
# A workbook is packed; unpacked it must fit into memory.
_MOST_UNPACKED = 400 * 1024 * 1024
# Excel knows no more.
_MOST_SHEET_ROWS = 1_048_576
# In the order in which they are tried: the first two refuse what is not theirs, the last takes anything.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp932": "Shift_JIS (Windows)",
    "euc-jp": "EUC-JP",
    "cp1252": "Windows-1252",
}
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Table:
    """A heading for each column, and the rows below with their numbers as a spreadsheet counts them."""

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]


def encoding_of(data: bytes) -> str:
    """The first encoding that can read the bytes; people see a preview and may choose another."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8", "cp932"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "cp1252"


def read_csv(data: bytes, *, encoding: str) -> Table:
    """The table in the bytes; ValueError with a sentence for people if there is none.

    Rows may end in commas, semicolons or tabs, whichever the heading has most of. Blank rows are left out and counted.
    """
    text = data.decode(encoding, errors="replace").removeprefix(BYTE_ORDER_MARK).replace("\0", "")
    first = text.lstrip("\r\n").partition("\n")[0]
    # Strict: otherwise a quotation mark that is never closed swallows all rows behind it.
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=first.count), strict=True
    )
    numbered = (
        (number, cells) for number, cells in enumerate(_told(lines), start=1) if any(map(str.strip, cells))
    )
    _number, header = next(numbered, (0, []))
    names = [cell.strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise ValueError(_("The file is empty. Its first row must name the columns."))
    if len(names) > MOST_COLUMNS:
        raise ValueError(_("The file has more than %(most)s columns.") % {"most": MOST_COLUMNS})
    return Table(names, ((number, _fitted(cells, len(names))) for number, cells in numbered))


def workbook_as_csv(data: bytes) -> bytes:
    """The first sheet of a workbook as CSV in UTF-8; ValueError with a sentence for people if it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > _MOST_UNPACKED:
            raise _TooLarge
        return _first_sheet(data)
    except _TooLarge:
        raise
    except Exception:
        # Broken workbooks raise whatever the reader stumbles over.
        raise ValueError(
            _("The workbook cannot be read. Save it again in Excel, or save the sheet as CSV.")
        ) from None


class _TooLarge(ValueError):
    """The workbook does not fit into memory, or its sheet has more rows than a file may."""

    def __init__(self) -> None:
        super().__init__(_("The workbook is too large. Save the sheet as CSV and import that."))


def _first_sheet(data: bytes) -> bytes:
    """The rows as CSV; blank ones too, so that rows keep their numbers, but no blank cells at their ends."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = book.worksheets[0]
    # What the file says of its size may be wrong, either way.
    sheet.reset_dimensions()
    text = io.StringIO()
    writer = csv.writer(text)
    filled = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), start=1):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        filled += bool(cells)
        if number > _MOST_SHEET_ROWS or filled > MOST_ROWS + 1:
            raise _TooLarge
        writer.writerow(cells)
    return text.getvalue().encode()


def _told(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    number = 0
    try:
        for number, cells in enumerate(lines, start=1):  # noqa: B007 (told below)
            yield cells
    except csv.Error:
        raise ValueError(
            _(
                "Row %(number)s cannot be read: a quotation mark in it is not closed or stands where none may be, "
                "or a cell is far too long. "
                "Correct the row, or save the file again as CSV from the program it comes from."
            )
            % {"number": number + 1}
        ) from None


def _fitted(cells: list[str], width: int) -> list[str]:
    """As many cells as there are columns, without white space around them."""
    fitted = [plain_cell(cell.strip()) for cell in cells[:width]]
    return fitted + [""] * (width - len(fitted))


def _text(cell: Any) -> str:
    """A cell as a person would type it; dates as ISO 8601 has them."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
