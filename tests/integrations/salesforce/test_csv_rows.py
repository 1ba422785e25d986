import csv
import io
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.salesforce.csv_rows import RowCounter, save_rows
from integrations.salesforce.errors import ResponseBroken

COLUMNS = ("Id", "Name")
HEADER = '"Id","Name"\n'


def in_pieces(text: str, size: int) -> list[bytes]:
    content = text.encode()
    return [content[start : start + size] for start in range(0, len(content), size)]


def save(path: Path, text: str, *, size: int = 7, columns: tuple[str, ...] = COLUMNS) -> tuple[str, int]:
    saved = save_rows(in_pieces(text, size), path, columns=columns)
    return path.read_bytes().decode(), saved.rows


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_rows_are_counted_whatever_stands_in_quotes(tmp_path: Path, size: int) -> None:
    rows = '"1","two\nlines"\n"2","say ""hi""\n"""\n"3",""\n"4","a,b\r\n"\n'
    assert save(tmp_path / "p.csv", HEADER + rows, size=size) == (HEADER + rows, 4)


@given(
    rows=st.lists(st.lists(st.text('a",\n\r"é', max_size=6), min_size=2, max_size=2), max_size=6),
    size=st.integers(1, 9),
    style=st.sampled_from([(csv.QUOTE_ALL, "\n"), (csv.QUOTE_MINIMAL, "\r\n")]),
)
def test_the_count_is_that_of_a_real_parser(
    rows: list[list[str]], size: int, style: tuple[Literal[0, 1], str]
) -> None:
    text = io.StringIO(newline="")
    quoting, lineterminator = style
    csv.writer(text, lineterminator=lineterminator, quoting=quoting).writerows(rows)
    counter = RowCounter()
    for piece in in_pieces(text.getvalue(), size):
        counter.feed(piece)
    assert counter.rows == len(list(csv.reader(io.StringIO(text.getvalue(), newline=""), strict=True)))


def test_a_page_without_a_header_gets_the_known_one(tmp_path: Path) -> None:
    assert save(tmp_path / "p.csv", '"1","Ann"\n') == (HEADER + '"1","Ann"\n', 1)


def test_a_first_row_whose_value_has_a_newline_is_no_header(tmp_path: Path) -> None:
    assert save(tmp_path / "p.csv", '"1","Ann\nLee"\n') == (HEADER + '"1","Ann\nLee"\n', 1)


def test_a_header_in_another_order_or_case_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    saved = save_rows([b'NAME,"Id"\r\n"Ann","1"\n'], path, columns=COLUMNS)
    assert saved == (("NAME", "Id"), 1)
    assert path.read_text() == '"NAME","Id"\n"Ann","1"\n'


def test_a_byte_order_mark_does_not_hide_the_header(tmp_path: Path) -> None:
    assert save(tmp_path / "p.csv", "\ufeff" + HEADER + '"1","Ann"\n') == (HEADER + '"1","Ann"\n', 1)


def test_nul_is_dropped_and_nothing_else_changes(tmp_path: Path) -> None:
    rows = '"1"," NA #N/A \t é 🎉 é =1+1 "\n'
    assert save(tmp_path / "p.csv", HEADER + rows.replace("NA", "N\0A")) == (HEADER + rows, 1)


def test_the_last_row_gets_its_newline(tmp_path: Path) -> None:
    assert save(tmp_path / "p.csv", HEADER + '"1","Ann"') == (HEADER + '"1","Ann"\n', 1)


@pytest.mark.parametrize("text", ["", HEADER, HEADER.rstrip()])
def test_no_rows_leave_the_header_alone(tmp_path: Path, text: str) -> None:
    assert save(tmp_path / "p.csv", text) == (HEADER, 0)


def test_text_that_ends_inside_quotes_is_broken(tmp_path: Path) -> None:
    with pytest.raises(ResponseBroken):
        save(tmp_path / "p.csv", HEADER + '"1","An')
