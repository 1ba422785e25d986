"""Salesforce's text as values of every property type: a golden table, and nothing ever raises."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql

from crmbridge.properties.types import PropertyType as P
from integrations.mapping.casts import cast
from integrations.mapping.mapped_field import MappedField

pytestmark = pytest.mark.django_db


def convert(value: str | None, type: str, **options: Any) -> Any:
    """The value after the cast, out of a column as in the pipeline, so that the planner cannot fold it."""
    mapped = MappedField(property="p", type=type, field="F", rule="prefer", **options)
    statement = sql.SQL('SELECT {} FROM (VALUES (%s::text COLLATE "C")) AS v(f)').format(
        cast(mapped, sql.Identifier("f"))
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", Decimal("0")),
        ("-12.50", Decimal("-12.50")),
        ("+7", Decimal("7")),
        (".5", Decimal("0.5")),
        ("5.", Decimal("5")),
        ("5.0E7", Decimal("50000000")),
        ("1e-7", Decimal("0.0000001")),
        ("123456789012345678901234567890.123456789", Decimal("123456789012345678901234567890.123456789")),
        ("9" * 255, Decimal("9" * 255)),
        ("9" * 256, None),
        ("1e9999", None),
        ("1,000", None),
        ("1 000", None),
        ("12 EUR", None),
        ("NaN", None),
        ("Infinity", None),
        ("0x1F", None),
        ("1_000", None),
        ("٣", None),
        ("\uff11\uff12", None),
        ("1\u00a0", None),
        ("-", None),
        (".", None),
        ("e5", None),
        (" ", None),
        (None, None),
    ],
)
def test_a_number_keeps_every_digit_and_anything_else_is_left_out(value, expected):
    assert convert(value, P.NUMBER) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-28", date(2026, 2, 28)),
        ("1700-01-01", date(1700, 1, 1)),
        ("9999-12-31", date(9999, 12, 31)),
        ("0001-01-01", date(1, 1, 1)),
        ("0000-01-01", None),
        ("0000-02-29", None),
        ("2026-02-29", None),
        ("2024-02-29", date(2024, 2, 29)),
        ("1900-02-29", None),
        ("2000-02-29", date(2000, 2, 29)),
        ("2026-02-30", None),
        ("2026-04-31", None),
        ("2026-04-30", date(2026, 4, 30)),
        ("2026-13-01", None),
        ("2026-00-10", None),
        ("2026-01-00", None),
        ("2026-1-1", None),
        ("10000-01-01", None),
        ("2026-02-28 and more", None),
        ("28.02.2026", None),
        ("today", None),
        ("infinity", None),
        ("2026-02-28T23:59:59.000Z", date(2026, 2, 28)),
        ("2026-02-28T24:00:00.000Z", None),
        (None, None),
    ],
)
def test_a_date_is_a_day_of_the_calendar_or_left_out(value, expected):
    assert convert(value, P.DATE) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-01T10:11:12.000Z", datetime(2026, 3, 1, 10, 11, 12, tzinfo=UTC)),
        ("2026-03-01T10:11:12.000+0000", datetime(2026, 3, 1, 10, 11, 12, tzinfo=UTC)),
        ("2026-03-01T10:11:12.123+00:00", datetime(2026, 3, 1, 10, 11, 12, 123000, tzinfo=UTC)),
        ("2026-03-01T10:11:12Z", datetime(2026, 3, 1, 10, 11, 12, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999Z", datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)),
        ("1700-01-01T00:00:00.000Z", datetime(1700, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00.000+1400", None),
        ("9999-12-31T23:59:59.999-1200", None),
        ("9999-12-31T23:59:59.9999999Z", None),
        ("2026-03-01T10:11:60.000Z", None),
        ("2026-02-29T00:00:00.000Z", None),
        ("2026-03-01T10:11:12.000", None),
        ("2026-03-01 10:11:12", None),
        ("1772359872000", None),
        ("0000-01-01", None),
        (None, None),
    ],
)
def test_a_moment_comes_in_both_of_salesforces_forms_and_is_utc(value, expected):
    assert convert(value, P.DATETIME) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", True),
        ("True", True),
        ("1", True),
        ("false", False),
        ("0", False),
        ("yes", None),
        ("", None),
        (None, None),
    ],
)
def test_yes_and_no_are_salesforces_booleans(value, expected):
    assert convert(value, P.YES_NO) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("A;B;C", '["A", "B", "C"]'), ("A", '["A"]'), ("Öl; Gas", '["Öl", " Gas"]'), (None, None)],
)
def test_a_multi_picklist_becomes_a_list(value, expected):
    assert convert(value, P.MULTIPLE_CHOICE, is_column=False) == expected


@pytest.mark.parametrize("type", [P.TEXT, P.LONG_TEXT, P.CHOICE])
@pytest.mark.parametrize(
    "value", ["NA", "None", "null", "#N/A", "01234", " a ", "a\r\nb", "a;b", "😀", "\\.", " ", None]
)
def test_text_stays_to_the_letter(type, value):
    assert convert(value, type) == value


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [
        (P.TEXT, 'say "hi"', r'"say \"hi\""'),
        (P.NUMBER, "1234567890123456789.5", "1234567890123456789.5"),
        (P.NUMBER, "1,000", None),
        (P.DATE, "2026-02-28", '"2026-02-28"'),
        (P.DATETIME, "2026-03-01T10:11:12.000+0000", '"2026-03-01T10:11:12+00:00"'),
        (P.YES_NO, "true", "true"),
        (P.TEXT, None, None),
    ],
)
def test_a_custom_property_holds_json_of_its_type_and_null_for_what_does_not_fit(type, value, expected):
    assert convert(value, type, is_column=False) == expected


@pytest.mark.parametrize(("value", "expected"), [("äöü😀", "äöü😀"), ("12345", None), (None, None)])
def test_longer_than_the_property_takes_is_left_out_and_not_cut(value, expected):
    assert convert(value, P.TEXT, max_length=4) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://www.Acme.com/about?x=1", "acme.com"),
        ("acme.com", "acme.com"),
        ("WWW.ACME.CO.JP", "acme.co.jp"),
        ("http://acme.com:8080", "acme.com"),
        ("acme.com.", "acme.com"),
        ("HTTPS://user:pw@acme.com#top", "acme.com"),
        ("info@acme.com", "acme.com"),
        ("j.doe@acme.com", "acme.com"),
        ("  acme.com and more", "acme.com"),
        ("www.com", "www.com"),
        ("https://日本語.jp/", "日本語.jp"),
        ("https://ÄRZTE.de", "ärzte.de"),
        ("n/a", None),
        ("N.A.", None),
        ("none", None),
        ("http://", None),
        (" ", None),
        (None, None),
    ],
)
def test_a_web_address_gives_its_domain(value, expected):
    assert convert(value, P.TEXT, derive="domain") == expected


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
@example("0000-00-00T00:00:00Z")
@example("1" * 131_100)
@example("0." + "1" * 20_000)
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_makes_any_cast_raise(value):
    for type in P:
        convert(value, type)
        convert(value, type, is_column=False)
    convert(value, P.TEXT, derive="domain")


NUMBERS = st.from_regex(r"[+-]?[0-9]{0,30}\.?[0-9]{0,30}([eE][+-]?[0-9]{0,4})?", fullmatch=True)
MOMENTS = st.from_regex(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,9})?Z?)?", fullmatch=True
)


@given(NUMBERS | MOMENTS)
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_looks_like_a_number_or_a_day_makes_a_cast_raise(value):
    for type in (P.NUMBER, P.DATE, P.DATETIME):
        convert(value, type)
