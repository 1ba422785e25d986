"""Downloads are made while they are sent."""

from collections.abc import Iterator

from crmbridge import csv_stream


def test_the_file_starts_so_that_excel_reads_it_as_utf_8():
    assert list(csv_stream.lines([["名前"], ['say "hi"', "a,b"]])) == [
        "\ufeff",
        "名前\r\n",
        '"say ""hi""","a,b"\r\n',
    ]


def test_rows_are_read_as_they_are_sent():
    read = []

    def rows() -> Iterator[list[str]]:
        for number in range(3):
            read.append(number)
            yield [str(number)]

    response = csv_stream.response(rows(), filename="a.csv")
    assert read == []
    assert b"".join(response.streaming_content).decode("utf-8-sig") == "0\r\n1\r\n2\r\n"
    assert response["Content-Disposition"] == 'attachment; filename="a.csv"'
