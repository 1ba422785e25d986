from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import quote_plus

import pytest

from integrations.salesforce.ids import to_18
from integrations.salesforce.soql import (
    Value,
    equals,
    id_chunks,
    in_,
    quote,
    select,
    selected,
    semi_join,
    up_to,
)


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("Acme", "'Acme'"),
        ("O'Neil \\ Söhne", r"'O\'Neil \\ Söhne'"),
        ("two\nlines\r\tand a tab", r"'two\nlines\r\tand a tab'"),
        ("' OR Name != '", r"'\' OR Name != \''"),
        ("", "''"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (42, "42"),
        (Decimal("1E+10"), "10000000000"),
        (Decimal("0.10"), "0.10"),
        (date(1700, 1, 1), "1700-01-01"),
        (datetime(2026, 3, 1, 10, 11, 12, 345678, UTC), "2026-03-01T10:11:12.345Z"),
        (datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=9))), "2026-03-01T01:00:00.000Z"),
    ],
)
def test_every_value_has_its_literal(value: Value, literal: str) -> None:
    assert quote(value) == literal


@pytest.mark.parametrize("value", [datetime(2026, 3, 1), Decimal("NaN"), Decimal("Infinity")])
def test_what_names_no_moment_or_number_is_refused(value: Value) -> None:
    with pytest.raises(ValueError):
        quote(value)


def test_a_query_joins_its_conditions_with_and() -> None:
    contacts = select(fields=["AccountId"], sobject="Contact", where=[equals("IsDeleted", False)])
    soql = select(
        fields=["Id", "Name"],
        sobject="Account",
        where=[up_to("SystemModstamp", datetime(2026, 3, 1, tzinfo=UTC)), semi_join("Id", contacts)],
    )
    assert soql == (
        "SELECT Id, Name FROM Account WHERE SystemModstamp <= 2026-03-01T00:00:00.000Z"
        " AND Id IN (SELECT AccountId FROM Contact WHERE IsDeleted = false)"
    )
    assert selected(soql) == ("Id", "Name")


def test_relationship_fields_are_names_too() -> None:
    assert select(fields=["Account.Name"], sobject="Contact") == "SELECT Account.Name FROM Contact"


@pytest.mark.parametrize("name", ["", "Id, Name", "Name = 'x'--", "1st", "Näme", "Id\n"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        select(fields=[name], sobject="Contact")
    with pytest.raises(ValueError, match="no name"):
        select(fields=["Id"], sobject=name)
    with pytest.raises(ValueError, match="no name"):
        equals(name, 1)


def test_in_quotes_each_value_and_needs_one() -> None:
    assert in_("Id", ["a'b", "c"]) == r"Id IN ('a\'b','c')"
    with pytest.raises(ValueError, match="at least one"):
        in_("Id", [])


def test_only_a_select_tells_its_fields() -> None:
    with pytest.raises(ValueError):
        selected("DELETE FROM Contact")


def test_a_query_for_a_chunk_of_ids_fits_into_an_address() -> None:
    ids = [to_18(f"003{number:012d}") for number in range(1_000)]
    chunks = list(id_chunks(ids))
    assert [one for chunk in chunks for one in chunk] == ids
    for chunk in chunks:
        assert len(quote_plus(in_("Id", chunk))) < 10_050


def test_chunks_hold_no_more_than_the_limit() -> None:
    assert list(id_chunks("abcde", limit=2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(id_chunks([])) == []
    assert [len(chunk) for chunk in id_chunks(["x"] * 700, max_length=100_000)] == [600, 100]
