"""Date literals as spans of days."""

from datetime import date

import pytest

from integrations.sandbox.soql.dates import span

TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("word", "first", "past"),
    [
        ("TODAY", "2026-03-04", "2026-03-05"),
        ("YESTERDAY", "2026-03-03", "2026-03-04"),
        ("TOMORROW", "2026-03-05", "2026-03-06"),
        ("THIS_WEEK", "2026-03-01", "2026-03-08"),
        ("LAST_WEEK", "2026-02-22", "2026-03-01"),
        ("NEXT_WEEK", "2026-03-08", "2026-03-15"),
        ("LAST_MONTH", "2026-02-01", "2026-03-01"),
        ("NEXT_MONTH", "2026-04-01", "2026-05-01"),
        ("THIS_QUARTER", "2026-01-01", "2026-04-01"),
        ("LAST_QUARTER", "2025-10-01", "2026-01-01"),
        ("LAST_YEAR", "2025-01-01", "2026-01-01"),
        ("LAST_90_DAYS", "2025-12-04", "2026-03-05"),
        ("LAST_N_DAYS:30", "2026-02-02", "2026-03-05"),
        ("NEXT_N_DAYS:2", "2026-03-05", "2026-03-07"),
        ("N_DAYS_AGO:3", "2026-03-01", "2026-03-02"),
        ("LAST_N_MONTHS:3", "2025-12-01", "2026-03-01"),
        ("NEXT_N_YEARS:1", "2027-01-01", "2028-01-01"),
        ("N_WEEKS_AGO:1", "2026-02-22", "2026-03-01"),
    ],
)
def test_a_date_literal_names_a_span_of_days(word: str, first: str, past: str) -> None:
    assert span(word, today=TODAY) == (date.fromisoformat(first), date.fromisoformat(past))


def test_other_words_are_no_date_literals() -> None:
    assert span("SOON", today=TODAY) is None
    assert span("LAST_N_MOONS:3", today=TODAY) is None
