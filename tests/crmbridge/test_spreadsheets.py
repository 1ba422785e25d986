"""Workbooks hold values as they are."""

import io
from decimal import Decimal

import openpyxl
import pytest

from crmbridge.errors import Refused
from crmbridge.spreadsheets import LONGEST_TEXT, workbook


def cells(*values: object, numbers: tuple[int, ...] = ()) -> list[object]:
    """A row of these values as a workbook gives them back."""
    made = workbook([["Name"] * len(values), values], title="People", numbers=numbers)
    return [cell.value for cell in openpyxl.load_workbook(io.BytesIO(made)).active[2]]


def test_blanks_stay_blank():
    assert cells(None, "", "x", numbers=(0, 1)) == [None, None, "x"]


def test_what_looks_like_a_number_a_formula_or_an_error_is_text():
    made = workbook([["A"] * 4, ["01234", "=1+1", "#N/A", "NA"]], title="People")
    row = openpyxl.load_workbook(io.BytesIO(made)).active[2]
    assert [(cell.value, cell.data_type) for cell in row] == [
        ("01234", "s"), ("=1+1", "s"), ("#N/A", "s"), ("NA", "s"),
    ]  # fmt: skip


def test_numbers_are_numbers_as_far_as_a_spreadsheet_keeps_their_digits():
    many = "12345678901234567890"
    assert cells("1234.50", Decimal("-3"), many, "n/a", numbers=(0, 1, 2, 3)) == [1234.5, -3, many, "n/a"]


def test_characters_that_no_workbook_may_have_are_left_out():
    assert cells("a\x0bb") == ["ab"]


def test_a_text_is_not_cut_in_silence():
    assert cells("x" * LONGEST_TEXT) == ["x" * LONGEST_TEXT]
    with pytest.raises(Refused, match="Export CSV"):
        cells("x" * (LONGEST_TEXT + 1))
